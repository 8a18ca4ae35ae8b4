import Glibc
import Synchronization

/// Another program, with the test's bytes on its standard input and its words on a socket pair.
/// For peers that are not ours: OpenSSL's own command.
final class Tool: Sendable {
  private let process: pid_t
  /// What it writes on standard output and standard error, and reads as standard input.
  let descriptor: CInt

  /// `program` is looked for in the PATH.
  init(_ program: String, _ arguments: [String]) throws {
    var ends: [CInt] = [-1, -1]
    guard
      socketpair(AF_UNIX, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0, &ends) == 0
    else { throw FixtureError("no socket pair") }
    process = try Tool.spawn(program, arguments, standardStreams: ends[1])
    close(ends[1])
    descriptor = ends[0]
  }

  deinit {
    kill()
    waitpid(process, nil, 0)
    close(descriptor)
  }

  func kill() { _ = Glibc.kill(process, SIGKILL) }

  /// Starts `program` with `descriptor` as its standard input, output and error.
  static func spawn(
    _ program: String,
    _ arguments: [String],
    standardStreams descriptor: CInt
  ) throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for target: CInt in 0...2 { posix_spawn_file_actions_adddup2(&actions, descriptor, target) }
    var process = pid_t()
    let words = ([program] + arguments).map { strdup($0) }
    defer { for word in words { free(word) } }
    let result = posix_spawnp(&process, program, &actions, nil, words + [nil], environ)
    guard result == 0 else { throw FixtureError("\(program) does not start: error \(result)") }
    return process
  }

  func write(_ text: String) {
    _ = text.withCString { Glibc.write(descriptor, $0, strlen($0)) }
  }

  /// Reads until the text holds one of `marks` or the program ended. Blocks; bounded by the test's
  /// time limit only through the program's own end, so it is used with programs that end.
  func output(until marks: [String]) -> String {
    var text = ""
    var chunk = [UInt8](repeating: 0, count: 4096)
    var limit = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while !marks.contains(where: { text.contains($0) }) {
      guard poll(&limit, 1, 60_000) == 1 else { return text + "\n(no more output for 60 s)" }
      let count = read(descriptor, &chunk, chunk.count)
      guard count > 0 else { return text }
      text += String(decoding: chunk[..<count], as: UTF8.self)
    }
    return text
  }
}

/// A plain TCP connection, for peers that speak no TLS.
final class PlainSocket: Sendable {
  let descriptor: CInt

  init(port: Int) throws {
    descriptor = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard result == 0 else { throw FixtureError("not connected: error \(errno)") }
  }

  deinit { close(descriptor) }

  func write(_ text: String) {
    _ = text.withCString { send(descriptor, $0, strlen($0), CInt(MSG_NOSIGNAL)) }
  }

  /// All that comes until the other side closes; nil when it does not within a minute.
  func readToEnd() -> [UInt8]? {
    var all: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    var limit = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      guard poll(&limit, 1, 60_000) == 1 else { return nil }
      let count = read(descriptor, &chunk, chunk.count)
      guard count > 0 else { return all }
      all += chunk[..<count]
    }
  }
}

/// A socket that listens on a port of 127.0.0.1 and does nothing else.
final class TestListener: Sendable {
  let descriptor: CInt
  let port: Int

  init() throws {
    let listening = socket(AF_INET, CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue), 0)
    descriptor = listening
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(listening, address, size) == 0 && listen(listening, 8) == 0
          && getsockname(listening, address, &size) == 0
      }
    }
    guard result else { throw FixtureError("no listening socket: error \(errno)") }
    port = Int(UInt16(bigEndian: address.sin_port))
  }

  deinit { close(descriptor) }
}
