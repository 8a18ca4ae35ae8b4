import Glibc

/// A pipe between a test and a child. Short texts only: its ends block.
final class Pipe: Sendable {
  let read: CInt
  let write: CInt

  struct NoPipe: Error {}

  init() throws {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { throw NoPipe() }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    read = ends[0]
    write = fcntl(ends[1], F_DUPFD_CLOEXEC, 3)
    close(ends[1])
  }

  deinit {
    close(read)
    close(write)
  }

  /// The children alone hold the other end from here on.
  func closeWrite() {
    let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
    dup2(null, write)
    _ = fcntl(write, F_SETFD, FD_CLOEXEC)
    close(null)
  }

  func put(_ text: String) { _ = text.withCString { Glibc.write(write, $0, strlen($0)) } }

  func text() -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = Glibc.read(read, &chunk, chunk.count)
      guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
      bytes += chunk[..<count]
    }
  }

  func line() -> String {
    var bytes: [UInt8] = []
    var byte: UInt8 = 0
    while Glibc.read(read, &byte, 1) == 1, byte != UInt8(ascii: "\n") { bytes.append(byte) }
    return String(decoding: bytes, as: UTF8.self)
  }
}
