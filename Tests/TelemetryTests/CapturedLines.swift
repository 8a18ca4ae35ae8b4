import Foundation
import Glibc
import Logging
import Telemetry

/// Logs into a pipe whose other end the test reads.
final class CapturedLines {
  let reading: Int32
  let writing: Int32
  let logs: Logs

  init(
    format: LogFormat = .json,
    level: Logger.Level = .info,
    environment: [String: String] = [:]
  ) {
    var ends: [Int32] = [-1, -1]
    precondition(pipe(&ends) == 0, "no pipe")
    reading = ends[0]
    writing = ends[1]
    _ = fcntl(reading, F_SETFL, O_NONBLOCK)
    logs = Logs(
      format: format,
      level: level,
      environment: environment,
      descriptor: writing
    )
  }

  deinit {
    close(reading)
    close(writing)
  }

  /// What was written so far and not taken before.
  func take() -> String {
    logs.sink.flush()
    return CapturedLines.readAll(reading)
  }

  var lines: [String] { take().split(separator: "\n").map(String.init) }

  func objects() throws -> [[String: Any]] {
    try lines.map { line in
      guard
        let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      else { throw NotAnObject(line: line) }
      return object
    }
  }

  struct NotAnObject: Error { let line: String }

  static func readAll(_ descriptor: Int32) -> String {
    var bytes: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = read(descriptor, &chunk, chunk.count)
      guard count > 0 else { break }
      bytes += chunk[..<count]
    }
    return String(decoding: bytes, as: UTF8.self)
  }
}
