/// Who the other side of a connection is, as its transport proved it.
public enum PeerIdentity: Sendable, Hashable {
  /// A service of a suite: the URI SAN `spiffe://<suite>/<role>/<instance>` of its certificate.
  case service(suite: String, role: String, instance: String)
  /// A certificate of a trusted authority that names no service; `name` is its subject.
  case certificate(name: String)
  /// The peer showed no certificate.
  case anonymous
  /// The process at the other end of an inherited socket pair: same user, same host.
  case localProcess

  /// The role that access rules speak of; nil for a peer that has none.
  public var role: String? {
    switch self {
    case .service(_, let role, _): role
    case .localProcess: "local"
    case .certificate, .anonymous: nil
    }
  }

  /// Reads `spiffe://<suite>/<role>/<instance>`; nil for any other URI.
  public init?(spiffe uri: String) {
    let prefix = "spiffe://"
    guard uri.hasPrefix(prefix) else { return nil }
    let parts = uri.dropFirst(prefix.count).split(separator: "/", omittingEmptySubsequences: false)
    guard parts.count == 3, parts.allSatisfy(PeerIdentity.isName) else { return nil }
    self = .service(
      suite: String(parts[0]),
      role: String(parts[1]),
      instance: String(parts[2])
    )
  }

  private static func isName(_ part: Substring) -> Bool {
    !part.isEmpty && part.utf8.count <= 128 && part != "." && part != ".."
      && part.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
          UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "."),
          UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
