import Foundation
import Glibc
import Primitives

/// A running runtime-probe: its exit code and its log. All bounds are wide: they end what hangs,
/// and say nothing of speed.
final class ProbeProcess {
  private let process = Process()
  private let log = Pipe()
  private var text = ""

  /// - Parameter input: Its standard input; nil = the one of this process.
  init(
    _ arguments: [String] = [],
    environment: [String: String] = [:],
    input: Pipe? = nil
  ) throws {
    // The test program lies beside the executables of the same build.
    let here = try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
    process.executableURL = URL(filePath: here).deletingLastPathComponent()
      .appending(path: "runtime-probe")
    process.arguments = arguments
    process.environment = environment
    if let input { process.standardInput = input }
    process.standardError = log
    process.standardOutput = log
    try process.run()
    _ = fcntl(log.fileHandleForReading.fileDescriptor, F_SETFL, O_NONBLOCK)
  }

  deinit { if process.isRunning { kill(process.processIdentifier, SIGKILL) } }

  var processID: Int32 { process.processIdentifier }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Reads the log until it holds `part`; false when it does not in time or ends.
  func waitForLog(_ part: String, within seconds: Int = 240) -> Bool {
    let descriptor = log.fileHandleForReading.fileDescriptor
    let end = Instant.now + .seconds(seconds)
    var chunk = [UInt8](repeating: 0, count: 65536)
    while !text.contains(part) {
      guard Instant.now < end else { return false }
      var entry = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
      guard poll(&entry, 1, 100) == 1 else { continue }
      let count = read(descriptor, &chunk, chunk.count)
      if count <= 0 { return text.contains(part) }
      text += String(decoding: chunk[..<count], as: UTF8.self)
    }
    return true
  }

  /// What the log so far holds between two texts.
  func logged(between start: String, and end: String) -> String? {
    guard let start = text.range(of: start)?.upperBound,
      let end = text.range(of: end, range: start..<text.endIndex)?.lowerBound
    else { return nil }
    return String(text[start..<end])
  }

  /// The exit code and everything that was logged; the code is nil when the process had to be
  /// killed because it did not end in time.
  func end(within seconds: Int = 240) -> (code: Int32?, log: String) {
    // The log ends when the process does, so this waits for both.
    _ = waitForLog("\u{0}never", within: seconds)
    guard !process.isRunning || waitForExit() else {
      kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
      return (nil, text)
    }
    let byExit = process.terminationReason == .exit
    return (byExit ? process.terminationStatus : nil, text)
  }

  private func waitForExit() -> Bool {
    let end = Instant.now + .seconds(120)
    while process.isRunning {
      guard Instant.now < end else { return false }
      poll(nil, 0, 5)
    }
    return true
  }
}
