import HTTPTypes
import Logging
import Primitives

/// What one request was and why it ended, for the access log. Never a secret, a query or a body.
struct RequestRecord {
  let method: String
  let path: String
  let receivedAt: Instant
  let remoteAddress: String
  var endpoint = ""
  /// A key's id, or `operator`; empty when nobody was admitted.
  var keyID = ""
  /// Why it ended as it did: `ok`, or the code of the error.
  var why = "ok"
  /// What came from behind in place of an answer.
  var detail: String?
  var bytesIn = 0
  /// Of each stage that was reached; reading counts from the head to the body's last byte.
  var read: Duration?
  var parse: Duration?
  var backend: Duration?

  /// One line, at level info: `message` is always `request`.
  func write(to logger: Logger, status: HTTPResponse.Status, bytesOut: Int) {
    var fields: Logger.Metadata = [
      "edge": "https",
      "method": "\(method)",
      "path": "\(path)",
      "status": .stringConvertible(status.code),
      "why": "\(why)",
      "bytes_in": .stringConvertible(bytesIn),
      "bytes_out": .stringConvertible(bytesOut),
      "remote": "\(remoteAddress)",
      "total_ms": RequestRecord.milliseconds(.now - receivedAt),
    ]
    if !endpoint.isEmpty { fields["endpoint"] = "\(endpoint)" }
    if !keyID.isEmpty { fields["key"] = "\(keyID)" }
    if let detail { fields["detail"] = "\(detail)" }
    for (name, duration) in [
      ("read_ms", read), ("parse_ms", parse), ("backend_ms", backend),
    ] {
      if let duration { fields[name] = RequestRecord.milliseconds(duration) }
    }
    logger.info("request", metadata: fields)
  }

  /// To the microsecond.
  static func milliseconds(_ duration: Duration) -> Logger.MetadataValue {
    .stringConvertible(Double(duration.wholeMicroseconds) / 1000)
  }
}
