/// Where an instance listens, as text: `host:port`, `[v6]:port` or `unix:/path`.
///
/// Only the form is checked here; the shell turns it into its transport's address, and names are
/// resolved when a connection is opened. At most 255 bytes of printable ASCII.
public struct InstanceAddress: Sendable, Hashable, Comparable, CustomStringConvertible {
  public static let maximumBytes = 255

  public let text: String

  /// Nil when `text` has none of the three forms.
  public init?(_ text: String) {
    guard !text.isEmpty, text.utf8.count <= InstanceAddress.maximumBytes,
      text.utf8.allSatisfy({ $0 > 32 && $0 < 127 && $0 != UInt8(ascii: ",") })
    else { return nil }
    if text.hasPrefix("unix:") {
      // The system's limit of a socket path is 107 bytes.
      guard (1...107).contains(text.utf8.count - 5) else { return nil }
    } else {
      guard let colon = text.lastIndex(of: ":") else { return nil }
      let digits = text[text.index(after: colon)...]
      guard !digits.isEmpty, digits.utf8.allSatisfy({ (48...57).contains($0) }),
        let port = Int(digits), (1...65535).contains(port)
      else { return nil }
      var host = text[..<colon]
      if host.hasPrefix("["), host.hasSuffix("]") {
        host = host.dropFirst().dropLast()
      } else if host.contains(":") {
        return nil
      }
      guard !host.isEmpty, !host.contains("["), !host.contains("]"), !host.contains("=") else {
        return nil
      }
    }
    self.text = text
  }

  public var description: String { text }

  public static func < (left: InstanceAddress, right: InstanceAddress) -> Bool {
    left.text < right.text
  }
}
