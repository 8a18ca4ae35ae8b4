import DurableFiles
import Glibc

/// The files that an import names: files by themselves, and all files of folders.
struct ImportFiles: Equatable, Sendable {
  struct File: Equatable, Sendable {
    /// On this machine.
    let source: String
    /// In the model: a file's name, or its path below the folder that was named.
    let path: String
    let sizeBytes: UInt64
  }

  /// Sorted by their paths in the model.
  let files: [File]
  /// Hidden files and folders that were passed over.
  let skippedCount: Int

  var totalBytes: UInt64 { files.reduce(0) { $0 &+ $1.sizeBytes } }

  static let maximumCount = 1000
  private static let maximumDepth = 16

  /// Reads the folders; links to files are followed, links to folders are not.
  /// - Throws: `CommandError`: a path that is not there, two files of one name, nothing at all, or
  ///   more than `maximumCount`.
  init(_ paths: [String]) throws(CommandError) {
    var found: [File] = []
    var skipped = 0
    for path in paths {
      var status = stat()
      guard stat(path, &status) == 0 else { throw .file(path, errno) }
      if status.st_mode & S_IFMT == S_IFDIR {
        try ImportFiles.collect(path, below: "", depth: 0, &found, &skipped)
      } else {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        found.append(File(source: path, path: name, sizeBytes: UInt64(max(0, status.st_size))))
      }
    }
    found.sort { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) }
    for (left, right) in zip(found, found.dropFirst()) where left.path == right.path {
      throw CommandError(
        "\(left.source) and \(right.source) would both be '\(left.path)' in the model",
        remedy: "leave one out, or put the files into one folder and import that",
        exit: .usage
      )
    }
    guard !found.isEmpty else {
      throw CommandError(
        "there is no file in \(paths.joined(separator: ", "))",
        remedy: "name the model's files, or the folder that holds them",
        exit: .notFound
      )
    }
    files = found
    skippedCount = skipped
  }

  private static func collect(
    _ root: String,
    below prefix: String,
    depth: Int,
    _ found: inout [File],
    _ skipped: inout Int
  ) throws(CommandError) {
    let place = prefix.isEmpty ? root : "\(root)/\(prefix)"
    guard depth < maximumDepth else {
      throw .file(place, "lies more than \(maximumDepth) folders deep")
    }
    let names = try CommandError.ofFiles { () throws(FileError) in try Folder.names(in: place) }
    for name in names {
      let path = prefix.isEmpty ? name : "\(prefix)/\(name)"
      let source = "\(root)/\(path)"
      var own = stat()
      var target = stat()
      guard lstat(source, &own) == 0, stat(source, &target) == 0 else { throw .file(source, errno) }
      if name.hasPrefix(".") {
        skipped += 1
      } else if own.st_mode & S_IFMT == S_IFDIR {
        try collect(root, below: path, depth: depth + 1, &found, &skipped)
      } else if target.st_mode & S_IFMT == S_IFREG {
        let sizeBytes = UInt64(max(0, target.st_size))
        found.append(File(source: source, path: path, sizeBytes: sizeBytes))
      } else {
        skipped += 1
      }
      guard found.count <= maximumCount else {
        throw CommandError(
          "there are more than \(maximumCount) files in \(root)",
          remedy: "name the folder that holds the model and nothing else",
          exit: .badInput
        )
      }
    }
  }
}
