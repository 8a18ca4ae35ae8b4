import Glibc

/// A service's log: its standard output and error, appended by the service itself.
///
/// Bounded: about `limitBytes` in the file and as much in the one before it, `PATH.1`.
struct LogFile: Sendable {
  static let limitBytes: Int64 = 16 * 1024 * 1024

  let path: String

  /// What is there from an earlier run moves to `PATH.1`.
  func rotateAtStart() {
    if access(path, F_OK) == 0 { rename(path, "\(path).1") }
  }

  /// Copies a file that has grown too large to `PATH.1` and empties it. The writer keeps its
  /// descriptor: it appends, so it goes on at the beginning. Lines that it writes between the copy
  /// and the emptying are lost.
  func boundSize() {
    var status = stat()
    guard stat(path, &status) == 0, status.st_size > Self.limitBytes else { return }
    let source = open(path, O_RDWR | O_CLOEXEC)
    guard source >= 0 else { return }
    defer { close(source) }
    let copy = open("\(path).1", O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard copy >= 0 else { return }
    defer { close(copy) }
    var chunk = [UInt8](repeating: 0, count: 256 * 1024)
    while true {
      let count = read(source, &chunk, chunk.count)
      guard count > 0, write(copy, chunk, count) == count else { break }
    }
    ftruncate(source, 0)
  }

  /// The last lines, for an error message; at most 4 KiB are looked at.
  func tail(lineCount: Int) -> [String] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    let size = lseek(descriptor, 0, SEEK_END)
    lseek(descriptor, max(0, size - 4096), SEEK_SET)
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = read(descriptor, &bytes, bytes.count)
    guard count > 0 else { return [] }
    let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
    // The first one may have been cut.
    return lines.dropFirst(size > 4096 ? 1 : 0).suffix(lineCount).map { String($0.prefix(400)) }
  }
}
