import Glibc
import Primitives
import RPCRuntime
import Synchronization

/// An executable under test: started with a pipe for what it prints, ended by its own id.
///
/// Its log (standard error) goes to this process's. Waiting happens on threads of its own, so
/// tests may await from anywhere.
public final class ServiceProcess: Sendable {
  /// How a process ended.
  public enum Exit: Sendable, Equatable {
    case code(Int32)
    case signal(Int32)
  }

  private struct State: Sendable {
    var exit: Exit?
    var text: [UInt8] = []
  }

  public let processID: pid_t
  private let output: CInt
  private let state = Mutex(State())
  private static let threads = BlockingExecutor(threadCount: 8, queueLimit: 64)

  /// Starts `executable`, which lies beside the running program: tests and executables of one
  /// build share a folder. It dies with this process, however that ends.
  public static func sibling(
    _ executable: String,
    _ arguments: [String]
  ) async throws -> ServiceProcess {
    // A child's tie is to the thread that made it, and these threads stay.
    try await threads.run {
      var path = [CChar](repeating: 0, count: Int(PATH_MAX))
      let count = readlink("/proc/self/exe", &path, path.count)
      guard count > 0 else { throw ServiceProcessError("this program has no path") }
      let own = String(decoding: path[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
      let folder = own[..<(own.lastIndex(of: "/") ?? own.endIndex)]
      let words = ["\(folder)/\(executable)"] + arguments
      return try ServiceProcess(access(tie[0], X_OK) == 0 ? tie + words : words)
    }
  }

  /// Runs the rest of the line in its own place, tied to the parent's life (util-linux).
  private static let tie = ["/usr/bin/setpriv", "--pdeathsig", "KILL", "--"]

  private init(_ line: [String]) throws {
    var ends: [CInt] = [-1, -1]
    guard pipe(&ends) == 0 else { throw ServiceProcessError("no pipe: error \(errno)") }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO)
    var words = line.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var child: pid_t = 0
    let failure = posix_spawn(&child, line[0], &actions, nil, &words, environ)
    close(ends[1])
    guard failure == 0 else {
      close(ends[0])
      throw ServiceProcessError("\(line[0]) did not start: error \(failure)")
    }
    processID = child
    output = ends[0]
  }

  deinit {
    if state.withLock({ $0.exit == nil }) {
      kill(processID, SIGKILL)
      _ = waitpid(processID, nil, 0)
    }
    close(output)
  }

  public func send(_ signal: Int32) {
    // Once it was waited for, its id may be somebody else's.
    state.withLock { state in if state.exit == nil { kill(processID, signal) } }
  }

  /// The next line that it prints. Throws when it ends first or says nothing for so long.
  public func readLine(within duration: Duration = .seconds(60)) async throws -> String {
    let end = Instant.now + duration
    return try await ServiceProcess.threads.run { [self] in
      var chunk = [UInt8](repeating: 0, count: 4096)
      while true {
        if let line = takeLine() { return line }
        var entry = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
        guard Instant.now < end else {
          throw ServiceProcessError("process \(processID) printed no line within \(duration)")
        }
        guard poll(&entry, 1, 100) == 1 else { continue }
        let count = read(output, &chunk, chunk.count)
        guard count > 0 else { throw ServiceProcessError("process \(processID) ended") }
        state.withLock { $0.text += chunk[..<count] }
      }
    }
  }

  private func takeLine() -> String? {
    state.withLock { state in
      guard let end = state.text.firstIndex(of: UInt8(ascii: "\n")) else { return nil }
      defer { state.text.removeFirst(end + 1) }
      return String(decoding: state.text[..<end], as: UTF8.self)
    }
  }

  /// Waits for its end; nil when it still runs after so long.
  public func waitForExit(within duration: Duration = .seconds(60)) async throws -> Exit? {
    let end = Instant.now + duration
    return try await ServiceProcess.threads.run { [self] in
      while true {
        if let exit = reap() { return exit }
        guard Instant.now < end else { return nil }
        poll(nil, 0, 5)
      }
    }
  }

  private func reap() -> Exit? {
    state.withLock { state in
      if let exit = state.exit { return exit }
      var status: Int32 = 0
      guard waitpid(processID, &status, WNOHANG) == processID else { return nil }
      let signal = status & 0x7F
      state.exit = signal == 0 ? .code(status >> 8 & 0xFF) : .signal(signal)
      return state.exit
    }
  }

  /// Ends it in order, or by force when that takes longer than `duration`.
  @discardableResult
  public func end(within duration: Duration = .seconds(60)) async throws -> Exit? {
    send(SIGTERM)
    if let exit = try await waitForExit(within: duration) { return exit }
    send(SIGKILL)
    _ = try await waitForExit()
    return nil
  }
}

/// A process did not do what a test needs.
public struct ServiceProcessError: Error, CustomStringConvertible {
  public let description: String
  public init(_ description: String) { self.description = description }
}
