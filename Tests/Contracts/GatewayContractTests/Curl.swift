import Foundation
import RPCRuntime
import TestKit

/// A client that is not ours: the `curl` of the system.
enum Curl {
  struct Answer: Sendable {
    /// 0 when there was no answer.
    var status: Int
    /// Lower-case names.
    var headers: [String: String]
    var body: Data
    var exitCode: Int32

    var text: String { String(decoding: body, as: UTF8.self) }

    /// The body as JSON: `error.code`, `outputs.0.data.1`.
    subscript(path: String) -> String {
      var value = try? JSONSerialization.jsonObject(with: body, options: .fragmentsAllowed)
      for part in path.split(separator: ".") {
        if let list = value as? [Any], let index = Int(part), list.indices.contains(index) {
          value = list[index]
        } else {
          value = (value as? [String: Any])?[String(part)]
        }
      }
      return value.map { "\($0)" } ?? ""
    }
  }

  private static let threads = BlockingExecutor(threadCount: 8, queueLimit: 256)

  static func run(
    _ url: String,
    authorities: String? = nil,
    headers: [String] = [],
    body: Data? = nil,
    options: [String] = []
  ) async throws -> Answer {
    try await threads.run {
      let process = Process()
      process.executableURL = URL(filePath: "/usr/bin/curl")
      // The status follows the body on a line of its own.
      var arguments = [
        "--silent", "--include", "--max-time", "30", "--noproxy", "*", "--http1.1", "--write-out",
        "\n%{http_code}",
      ]
      if let authorities { arguments += ["--cacert", authorities, "--tlsv1.3"] }
      for header in headers { arguments += ["--header", header] }
      if body != nil { arguments += ["--data-binary", "@-"] }
      process.arguments = arguments + options + [url]
      let input = Pipe()
      let output = Pipe()
      process.standardInput = input
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      // On a thread of its own: curl may read the body while it writes the answer.
      let writer = Thread {
        // It fails when curl has ended before it read all, which the answer shows.
        try? input.fileHandleForWriting.write(contentsOf: body ?? Data())
        try? input.fileHandleForWriting.close()
      }
      writer.start()
      let all = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return answer(all, process.terminationStatus)
    }
  }

  private static func answer(_ all: Data, _ exitCode: Int32) -> Answer {
    let end = all.lastIndex(of: 0x0A) ?? all.startIndex
    let status = Int(String(decoding: all[end...].dropFirst(), as: UTF8.self)) ?? 0
    var rest = all[..<end]
    var headers: [String: String] = [:]
    let gap = Data("\r\n\r\n".utf8)
    // An interim answer (100) has a head of its own.
    while let range = rest.range(of: gap), rest.starts(with: Data("HTTP/".utf8)) {
      for line in String(decoding: rest[..<range.lowerBound], as: UTF8.self).split(
        separator: "\r\n"
      ) {
        let parts = line.split(separator: ":", maxSplits: 1)
        guard parts.count == 2 else { continue }
        headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
      }
      rest = rest[range.upperBound...]
    }
    return Answer(status: status, headers: headers, body: Data(rest), exitCode: exitCode)
  }
}
