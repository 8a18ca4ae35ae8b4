/// Where a process's certificates are, all in PEM.
public struct TLSFiles: Sendable, Equatable {
  /// The own certificate, then the intermediate ones up to the authority; nil for a client that
  /// shows none.
  public var certificateChain: String?
  /// The own private key, without a passphrase; present exactly when there is a chain.
  public var privateKey: String?
  /// The authorities that peers' certificates must come from; nil is the system's trust store.
  public var authorities: String?

  public init(certificateChain: String?, privateKey: String?, authorities: String?) {
    self.certificateChain = certificateChain
    self.privateKey = privateKey
    self.authorities = authorities
  }
}
