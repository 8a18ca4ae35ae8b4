import Digests
import InferenceCore
import Primitives
import Protocols
import WireCodec

/// Judges a manifest before any of its paths is used.
enum ManifestCheck {
  /// Files of a version.
  static let fileLimit = 10_000
  static let pathBytes = 1024

  /// What is wrong with it, in words; nil when nothing is.
  static func problem(_ manifest: Manifest) -> String? {
    if manifest.files.isEmpty { return "the manifest names no files" }
    if manifest.files.count > fileLimit {
      return "the manifest names \(manifest.files.count) files; at most \(fileLimit) are allowed"
    }
    var paths: Set<String> = []
    for file in manifest.files {
      if let problem = problem(path: file.path) {
        return "the manifest's path \"\(file.path.prefix(80))\" \(problem)"
      }
      if !paths.insert(file.path).inserted { return "the manifest names \(file.path) twice" }
      if file.sha256.count != SHA256Digest.byteCount {
        return "the manifest has no SHA-256 for \(file.path)"
      }
    }
    if !paths.contains(manifest.entryPath) {
      return "the manifest's entry path \"\(manifest.entryPath.prefix(80))\" is none of its files"
    }
    return nil
  }

  /// A path could lead out of its folder, or be no path at all.
  static func problem(path: String) -> String? {
    if path.isEmpty || path.utf8.count > pathBytes { return "must have 1 to \(pathBytes) bytes" }
    if path.utf8.contains(0) { return "holds a zero byte" }
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    for part in parts where part.isEmpty || part == "." || part == ".." || part.utf8.count > 255 {
      return "must be relative, of names between single slashes, without . and .."
    }
    return nil
  }

  /// Which manifest it is, whatever order its maps were sent in.
  static func digest(_ manifest: Manifest) -> String {
    // What a replica serves is its files and steps; what people wrote beside them is not compared,
    // and has maps, whose order on the wire is by chance.
    var essence = manifest
    essence.tags = [:]
    essence.lineage = nil
    essence.card = ""
    essence.metrics = []
    let hasher = SHA256Hasher()
    if var choice = essence.postprocessing?.labelChoice {
      for (key, value) in choice.thresholds.sorted(by: { $0.key < $1.key }) {
        hasher.update(Bytes("\(key)\u{1}\(value)\u{2}"))
      }
      for (key, value) in choice.replacements.sorted(by: { $0.key < $1.key }) {
        hasher.update(Bytes("\(key)\u{3}\(value)\u{4}"))
      }
      choice.thresholds = [:]
      choice.replacements = [:]
      essence.postprocessing?.labelChoice = choice
    }
    hasher.update(essence.encoded())
    return hasher.finish().hex
  }
}
