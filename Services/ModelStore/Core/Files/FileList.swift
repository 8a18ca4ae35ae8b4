import Primitives

/// A file of a version or a dataset, and the blob that holds its bytes.
public struct FileRecord: Sendable, Hashable {
  public let path: String
  public let sizeBytes: UInt64
  public let sha256: Bytes

  public init(path: String, sizeBytes: UInt64, sha256: Bytes) {
    self.path = path
    self.sizeBytes = sizeBytes
    self.sha256 = sha256
  }
}

/// The files of a version or a dataset: 1 to `StoreLimits.fileCount`, sorted by path, each path
/// once and none of them the folder of another.
public struct FileList: Sendable, Equatable {
  public let files: [FileRecord]

  /// - Parameter sorts: False refuses files that are out of order.
  public init(_ files: [FileRecord], sorts: Bool) throws(StoreProblem) {
    guard !files.isEmpty else { throw .invalid("files: there must be at least one") }
    guard files.count <= StoreLimits.fileCount else {
      throw .invalid("files: \(files.count) are more than the limit of \(StoreLimits.fileCount)")
    }
    for (index, file) in files.enumerated() {
      if let problem = FilePath.problem(file.path) {
        throw .invalid("files[\(index)].path: \(FileList.quoted(file.path)) \(problem)")
      }
      guard file.sha256.count == 32 else {
        throw .invalid(
          "files[\(index)].sha256: has \(file.sha256.count) bytes; a digest has 32"
        )
      }
    }
    let sorted = files.sorted { FilePath.isBefore($0.path, $1.path) }
    if !sorts, sorted != files {
      throw .invalid("files: must be sorted by the bytes of their paths")
    }
    let paths = Set(sorted.map { Substring($0.path) })
    guard paths.count == sorted.count else {
      let double = zip(sorted, sorted.dropFirst()).first { $0.path == $1.path }
      throw .invalid("files: \(FileList.quoted(double?.0.path ?? "")) stands there twice")
    }
    for file in sorted {
      if let folder = FilePath.folders(of: file.path).first(where: paths.contains) {
        throw .invalid(
          "files: \(FileList.quoted(String(folder))) cannot be a file and the folder of "
            + FileList.quoted(file.path)
        )
      }
    }
    self.files = sorted
  }

  public func file(at path: String) -> FileRecord? { files.first { $0.path == path } }

  /// A caller's text inside a message: its beginning, without what would disturb a terminal.
  static func quoted(_ text: String) -> String { String(text.prefix(80)).debugDescription }
}
