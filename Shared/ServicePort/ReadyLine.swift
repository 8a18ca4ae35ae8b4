import Glibc
import Transport

/// The one line that a service prints to standard output, when it listens, for whoever started it:
/// `{"addresses":["HOST:PORT"],"metrics":"HOST:PORT"}`. A service with a door for people names that
/// as well, as `https`.
public struct ReadyLine: Sendable {
  /// Where calls are answered, ports included.
  public let addresses: [TransportAddress]
  /// Where HTTPS is answered; nil = this service has no such door.
  public let https: [TransportAddress]?
  /// The private port; nil = it does not listen.
  public let metrics: TransportAddress?

  public init(
    addresses: [TransportAddress],
    https: [TransportAddress]? = nil,
    metrics: TransportAddress?
  ) {
    self.addresses = addresses
    self.https = https
    self.metrics = metrics
  }

  /// Without the line's end.
  public var text: String {
    var fields = ["\"addresses\":\(ReadyLine.list(addresses))"]
    if let https { fields.append("\"https\":\(ReadyLine.list(https))") }
    fields.append("\"metrics\":\(metrics.map(ReadyLine.word) ?? "null")")
    return "{\(fields.joined(separator: ","))}"
  }

  /// Writes it out at once: a pipe would keep it otherwise.
  public func print() {
    Swift.print(text)
    fflush(nil)
  }

  private static func list(_ addresses: [TransportAddress]) -> String {
    "[\(addresses.map(word).joined(separator: ","))]"
  }

  /// A socket's path may hold anything.
  private static func word(_ address: TransportAddress) -> String {
    var text = "\""
    for scalar in "\(address)".unicodeScalars {
      switch scalar {
      case "\"", "\\": text += "\\\(scalar)"
      case "\u{0}"..."\u{1F}":
        let digits = String(scalar.value, radix: 16)
        text += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: text.unicodeScalars.append(scalar)
      }
    }
    return text + "\""
  }
}
