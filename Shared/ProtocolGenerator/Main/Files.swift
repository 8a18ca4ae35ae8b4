import Glibc

/// Whole files in and out, by descriptor.
enum Files {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  static func readStandardInput() throws -> [UInt8] { try readAll(0, "standard input") }

  static func writeStandardOutput(_ bytes: [UInt8]) throws { try writeAll(bytes, 1, "output") }

  /// Lost when nobody reads it.
  static func writeStandardError(_ text: String) {
    try? writeAll(Array(text.utf8), 2, "standard error")
  }

  static func read(_ path: String) throws -> [UInt8] {
    let file = open(path, O_RDONLY)
    guard file >= 0 else { throw failure("cannot open", path) }
    defer { close(file) }
    return try readAll(file, path)
  }

  static func write(_ bytes: [UInt8], to path: String) throws {
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o644)
    guard file >= 0 else { throw failure("cannot create", path) }
    defer { close(file) }
    try writeAll(bytes, file, path)
  }

  private static func readAll(_ file: Int32, _ name: String) throws -> [UInt8] {
    var bytes: [UInt8] = []
    var piece = [UInt8](repeating: 0, count: 64 * 1024)
    while true {
      let count = Glibc.read(file, &piece, piece.count)
      if count == 0 { return bytes }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("cannot read", name) }
      bytes.append(contentsOf: piece[..<count])
    }
  }

  private static func writeAll(_ bytes: [UInt8], _ file: Int32, _ name: String) throws {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { all in
        Glibc.write(file, all.baseAddress.map { $0 + written }, bytes.count - written)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw failure("cannot write", name) }
      written += count
    }
  }

  private static func failure(_ what: String, _ name: String) -> Failure {
    Failure(description: "\(what) \(name): \(String(cString: strerror(errno)))")
  }
}
