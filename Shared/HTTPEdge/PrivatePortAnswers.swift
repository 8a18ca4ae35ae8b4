import HTTPTypes
import HummingbirdCore
import Logging
import NIOCore
import ServiceRuntime
import Telemetry

/// What the private port answers.
struct PrivatePortAnswers: Sendable {
  let metrics: MetricsRegistry
  let levels: LogLevels
  let status: @Sendable () -> ServicePhaseName

  /// One answer before it is written.
  struct Answer: Equatable {
    var status: HTTPResponse.Status
    var type = "application/json"
    var body = ""
    /// The methods that a 405 names.
    var allow: String?
    /// The connection ends after the answer, because the request's rest is not read.
    var closes = false
  }

  // `@concurrent` as the server's own functions are: the writer may not change its executor.
  @concurrent
  func respond(to request: Request, _ writer: consuming ResponseWriter) async throws {
    var request = request
    let answer = try await answer(&request)
    var head = HTTPResponse(status: answer.status)
    head.headerFields[.contentType] = answer.type
    head.headerFields[.contentLength] = "\(answer.body.utf8.count)"
    head.headerFields[.cacheControl] = "no-store"
    if let allow = answer.allow { head.headerFields[.allow] = allow }
    if answer.closes { head.headerFields[.connection] = "close" }
    let isHead = request.method == .head
    try await writer.write(
      response: head,
      body: isHead ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(string: answer.body))
    )
    // Throwing is how a responder closes its connection.
    if answer.closes { throw ConnectionEnds() }
  }

  struct ConnectionEnds: Error {}

  private func answer(_ request: inout Request) async throws -> Answer {
    let path = request.uri.path
    let isReading = request.method == .get || request.method == .head
    guard path == "/loglevel" && request.method == .put else {
      if hasBody(request) {
        return Answer(status: .badRequest, body: error("no body is expected"), closes: true)
      }
      return isReading ? read(path) : refuseMethod(path)
    }
    // A page in somebody's browser may reach the loopback; it cannot hide where it comes from.
    if let origin = HTTPField.Name("Origin"), request.headers[origin] != nil {
      return Answer(status: .forbidden, body: error("not for browsers"), closes: true)
    }
    do {
      let body = try await request.collectBody(upTo: PrivatePort.maximumBodyBytes)
      return setLevel(String(buffer: body))
    } catch is NIOTooManyBytesError {
      let limit = PrivatePort.maximumBodyBytes
      return Answer(
        status: .contentTooLarge,
        body: error("at most \(limit) bytes"),
        closes: true
      )
    }
  }

  private func hasBody(_ request: Request) -> Bool {
    request.headers[.transferEncoding] != nil || (request.headers[.contentLength] ?? "0") != "0"
  }

  /// The answer to GET and HEAD.
  func read(_ path: String) -> Answer {
    let phase = status()
    let state = "\"ready\":\(phase == .ready),\"phase\":\"\(phase.rawValue)\""
    switch path {
    case "/healthz": return Answer(status: .ok, body: "{\"live\":true,\(state)}\n")
    case "/readyz":
      return Answer(status: phase == .ready ? .ok : .serviceUnavailable, body: "{\(state)}\n")
    case "/metrics":
      return Answer(status: .ok, type: MetricsRegistry.contentType, body: metrics.render())
    case "/loglevel": return currentLevel()
    default:
      return Answer(
        status: .notFound,
        body: error("known are /healthz, /readyz, /metrics and /loglevel")
      )
    }
  }

  private func refuseMethod(_ path: String) -> Answer {
    let known = ["/healthz", "/readyz", "/metrics"].contains(path)
    if path == "/loglevel" {
      return Answer(
        status: .methodNotAllowed,
        body: error("use GET or PUT"),
        allow: "GET, HEAD, PUT"
      )
    }
    return known
      ? Answer(status: .methodNotAllowed, body: error("use GET"), allow: "GET, HEAD") : read(path)
  }

  /// `LEVEL` for the process, `PREFIX=LEVEL` for the labels below a prefix, `PREFIX=` to end that.
  func setLevel(_ body: String) -> Answer {
    var text = body[...]
    while let last = text.last, last.isWhitespace { text = text.dropLast() }
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let word = String(parts[parts.count - 1])
    let level = Logger.Level(rawValue: word)
    let prefix = parts.count == 2 ? String(parts[0]) : nil
    if level == nil && !(prefix != nil && word.isEmpty) {
      let names = Logger.Level.allCases.map(\.rawValue).joined(separator: ", ")
      return Answer(
        status: .badRequest,
        body: error("expected LEVEL, PREFIX=LEVEL or PREFIX=; levels: \(names)")
      )
    }
    if let prefix {
      guard isLabel(prefix) else {
        return Answer(status: .badRequest, body: error("a prefix is letters, digits, . - and _"))
      }
      guard levels.set(level, forPrefix: prefix) else {
        let limit = LogLevels.maximumPrefixCount
        return Answer(status: .badRequest, body: error("at most \(limit) prefixes have levels"))
      }
    } else if let level {
      levels.set(level)
    }
    Logger(label: "martlet.private").notice(
      "log level changed",
      metadata: ["request": "\(text)"]
    )
    return currentLevel()
  }

  private func currentLevel() -> Answer {
    // Prefixes are plain words, so nothing has to be escaped.
    let exceptions = levels.exceptions.sorted { $0.key < $1.key }
      .map { "\"\($0.key)\":\"\($0.value.rawValue)\"" }.joined(separator: ",")
    return Answer(
      status: .ok,
      body: "{\"level\":\"\(levels.level.rawValue)\",\"exceptions\":{\(exceptions)}}\n"
    )
  }

  private func isLabel(_ text: String) -> Bool {
    !text.isEmpty
      && text.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }

  /// `message` holds nothing that JSON would escape.
  private func error(_ message: String) -> String { "{\"error\":\"\(message)\"}\n" }
}
