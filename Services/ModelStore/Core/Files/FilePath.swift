/// Paths of files inside a version or a dataset: relative, so that nobody who writes the files out
/// leaves the folder that they belong to.
public enum FilePath {
  /// Hosts that serve from a folder of their own keep what they know of it under these names.
  public static let reserved: Set<String> = ["manifest.binpb", "replica.binpb"]

  /// What is wrong with a path, in words that end a sentence which began with its place; nil when
  /// nothing is.
  public static func problem(_ path: String) -> String? {
    if path.isEmpty { return "must not be empty" }
    if path.utf8.count > StoreLimits.pathBytes {
      return "has more than \(StoreLimits.pathBytes) bytes"
    }
    if path.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F }) {
      return "must not hold control characters"
    }
    if path.utf8.contains(UInt8(ascii: "\\")) { return "must use / between its parts" }
    if path.utf8.first == UInt8(ascii: "/") { return "must be relative" }
    for part in path.utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false) {
      if part.isEmpty { return "must not have an empty part" }
      if part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8) {
        return "must not have . or .. as a part"
      }
      if part.count > StoreLimits.pathPartBytes {
        return "has a part of more than \(StoreLimits.pathPartBytes) bytes"
      }
    }
    if reserved.contains(path) { return "is taken: hosts keep what they know of a model there" }
    return nil
  }

  /// The order of files in a manifest: by the bytes of their paths.
  public static func isBefore(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
  }

  /// The folders that a path lies in, outermost first: `a` and `a/b` for `a/b/c`.
  public static func folders(of path: String) -> [Substring] {
    path.utf8.indices.filter { path.utf8[$0] == UInt8(ascii: "/") }.map { path[..<$0] }
  }
}
