import Foundation
import Primitives
import RPCRuntime
import Synchronization
import TestKit
import Transport

/// The real executable, its log in a file. It ends with this process, whose end of its standard
/// input it watches.
final class GatewayProcess: Sendable {
  private struct Ready: Decodable {
    let addresses: [String]
    let https: [String]
    let metrics: String
  }

  private struct State: Sendable {
    var process: Process?
    var lifeline: Pipe?
    var ready: Ready?
  }

  private let state = Mutex(State())
  private let log: URL
  private static let threads = BlockingExecutor(threadCount: 8, queueLimit: 256)

  init(log: URL) {
    self.log = log
    _ = FileManager.default.createFile(atPath: log.path, contents: nil)
  }

  var address: TransportAddress {
    state.withLock { $0.ready?.addresses.first.flatMap { TransportAddress($0) } }
      ?? .tcp(host: "127.0.0.1", port: 0)
  }

  var httpsPort: Int {
    let text = state.withLock { $0.ready?.https.first } ?? ""
    guard case .tcp(_, let port)? = TransportAddress(text) else { return 0 }
    return port
  }

  var metricsAddress: String { state.withLock { $0.ready?.metrics } ?? "" }
  var processID: pid_t { state.withLock { $0.process?.processIdentifier } ?? 0 }
  var logText: String { (try? String(contentsOf: log, encoding: .utf8)) ?? "" }

  /// Starts it and waits for the line that it prints when it is ready.
  func start(_ arguments: [String]) async throws {
    let started = try await GatewayProcess.threads.run { [log] in
      let process = Process()
      let own = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
      process.executableURL = URL(filePath: own).deletingLastPathComponent()
        .appending(path: "gateway")
      process.arguments = arguments + ["--lifeline-stdin"]
      let lifeline = Pipe()
      let output = Pipe()
      let errors = try FileHandle(forWritingTo: log)
      try errors.seekToEnd()
      process.standardInput = lifeline
      process.standardOutput = output
      process.standardError = errors
      try process.run()
      var line = Data()
      while !line.contains(UInt8(ascii: "\n")) {
        let piece = output.fileHandleForReading.availableData
        guard !piece.isEmpty else {
          let log = (try? String(contentsOf: log, encoding: .utf8)) ?? ""
          throw ServiceProcessError("the gateway ended: \(log.suffix(2000))")
        }
        line += piece
      }
      return State(
        process: process,
        lifeline: lifeline,
        ready: try JSONDecoder().decode(Ready.self, from: line)
      )
    }
    state.withLock { $0 = started }
  }

  func kill() async { await end(SIGKILL) }

  /// In order.
  func stop() async { await end(SIGTERM) }

  private func end(_ signal: Int32) async {
    guard let process = state.withLock({ $0.process }) else { return }
    Foundation.kill(process.processIdentifier, signal)
    try? await GatewayProcess.threads.run { process.waitUntilExit() }
    state.withLock { $0.lifeline = nil }
  }
}
