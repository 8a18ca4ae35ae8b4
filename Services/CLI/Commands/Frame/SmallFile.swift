import Glibc

/// Whole files of bounded size.
enum SmallFile {
  /// - Throws: `CommandError` that names the file, also when it is larger than `limitBytes`.
  static func read(_ path: String, limitBytes: Int) throws(CommandError) -> [UInt8] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CommandError("cannot read \(path): \(lastError())", exit: .notFound)
    }
    defer { close(descriptor) }
    var contents: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let count = chunk.withUnsafeMutableBytes { Glibc.read(descriptor, $0.baseAddress, $0.count) }
      if count == 0 { return contents }
      if count < 0 {
        if errno == EINTR { continue }
        throw CommandError("cannot read \(path): \(lastError())", exit: .notFound)
      }
      contents.append(contentsOf: chunk[..<count])
      guard contents.count <= limitBytes else {
        throw CommandError("\(path) is larger than \(limitBytes) bytes", exit: .badInput)
      }
    }
  }

  /// Puts a new file in the place of `path`, on disk before it appears. Mode 0600.
  static func replace(_ path: String, with contents: [UInt8]) throws(CommandError) {
    let draft = "\(path).\(getpid()).new"
    unlink(draft)
    let descriptor = open(draft, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path) }
    let isWritten = contents.withUnsafeBytes { bytes in
      var offset = 0
      while let start = bytes.baseAddress, offset < bytes.count {
        let count = Glibc.write(descriptor, start + offset, bytes.count - offset)
        if count < 0 && errno == EINTR { continue }
        guard count > 0 else { return false }
        offset += count
      }
      return fsync(descriptor) == 0
    }
    close(descriptor)
    guard isWritten, rename(draft, path) == 0 else {
      let error = failure(path)
      unlink(draft)
      throw error
    }
  }

  /// Makes a folder for this user alone, with its parents, where it is missing.
  static func makeFolder(_ path: String) throws(CommandError) {
    var status = stat()
    if stat(path, &status) == 0 {
      guard status.st_mode & S_IFMT == S_IFDIR else {
        throw CommandError("\(path) is no folder", exit: .cannotCreate)
      }
      return
    }
    if let slash = path.lastIndex(of: "/"), slash != path.startIndex {
      try makeFolder(String(path[..<slash]))
    }
    guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
      throw CommandError("cannot make the folder \(path): \(lastError())", exit: .cannotCreate)
    }
  }

  static func lastError() -> String { String(cString: strerror(errno)) }

  private static func failure(_ path: String) -> CommandError {
    CommandError("cannot write \(path): \(lastError())", exit: .cannotCreate)
  }
}
