/// Two sides that both speak TLS and have no application protocol (RFC 7301) in common: somebody
/// knocked at the wrong port. Who tells people of a failed handshake can say more than its reason.
public enum ForeignProtocol {
  /// What a server says whose client offers none of its protocols.
  static let offered = "peer offers no application protocol of ours"
  /// What a client says whose server speaks none of its protocols.
  static let refused = "peer speaks none of"

  /// Whether the reason of a failed handshake, or a message that holds it, is this one.
  public static func isReason(_ text: String) -> Bool {
    text.contains(offered) || text.contains(refused)
  }
}
