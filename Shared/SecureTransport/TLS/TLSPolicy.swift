import Primitives

/// What a listener asks of those who connect.
public struct TLSListenerPolicy: Sendable, Equatable {
  public enum ClientCertificate: Sendable, Equatable {
    /// No certificate, no connection.
    case required
    /// A client that shows none is `.anonymous`; one that it shows must be good.
    case optional
    /// None is asked for; every peer is `.anonymous`.
    case none
  }

  public var clientCertificate: ClientCertificate
  /// The protocols that are spoken here, best first ("martlet/1", "http/1.1").
  public var applicationProtocols: [String]
  /// Whether a client must offer one of them. One that offers others only is refused in any case.
  public var requiresApplicationProtocol: Bool
  /// The suite that services among the clients must belong to; nil is that of the own certificate.
  public var suite: String?

  public init(
    clientCertificate: ClientCertificate,
    applicationProtocols: [String] = ["martlet/1"],
    requiresApplicationProtocol: Bool = true,
    suite: String? = nil
  ) {
    self.clientCertificate = clientCertificate
    self.applicationProtocols = applicationProtocols
    self.requiresApplicationProtocol = requiresApplicationProtocol
    self.suite = suite
  }
}

/// What a client asks of the server that it reaches. In all cases a trusted authority must have
/// signed the server's certificate.
public enum ServerVerification: Sendable, Equatable {
  /// A service of this suite, in one of these roles; its host name does not matter.
  case service(suite: String, roles: Set<String>)
  /// A server whose certificate holds this DNS name or IP address.
  case hostName(String)
  /// The same with the host of the address that is connected to.
  case addressHost
}

/// Which side of TLS a context serves.
enum TLSRole: Sendable {
  case server(TLSListenerPolicy)
  case client(ServerVerification, applicationProtocols: [String])

  var applicationProtocols: [String] {
    switch self {
    case .server(let policy): policy.applicationProtocols
    case .client(_, let protocols): protocols
    }
  }
}
