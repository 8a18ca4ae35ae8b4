import RPC
import SecureTransport
import ServiceRuntime
import Settings
import Transport

/// How a service's port is opened.
public struct ServicePortConfiguration: Sendable {
  /// Ignored when systemd hands sockets over.
  public var addresses: [TransportAddress]
  public var files: TLSFiles
  public var clientCertificate: TLSListenerPolicy.ClientCertificate = .required
  /// People's clients connect here, not only services.
  public var isPublic = false
  /// Names of sockets that systemd hands over for another port of the process; all others are this
  /// port's.
  public var foreignSocketNames: Set<String> = []
  /// What the log says of a client that speaks TLS and not our protocol, such as a browser.
  public var foreignProtocolAdvice = "this port speaks martlet/1, not HTTPS"
  public var limits = WireLimits()

  public init(addresses: [TransportAddress], files: TLSFiles) {
    self.addresses = addresses
    self.files = files
  }
}

/// The settings of a service's port.
public struct ServicePortSettings: Sendable {
  public let addresses: Setting<[TransportAddress]>
  public let certificate = Setting(
    required: "tls.certificate",
    .path,
    doc: "the service's certificate and its chain, PEM, with spiffe://SUITE/ROLE/INSTANCE in it"
  )
  public let key = Setting(
    required: "tls.key",
    .path,
    doc: "the certificate's private key, PEM, readable by nobody else"
  )
  public let authorities = Setting(
    required: "tls.authorities",
    .path,
    doc: "the authorities whose certificates are trusted, PEM"
  )

  public init(defaultAddress: TransportAddress) {
    addresses = Setting(
      "listen.addresses",
      .addresses(count: 1...16),
      default: [defaultAddress],
      doc: "where calls are answered; ignored when systemd hands sockets over"
    )
  }

  /// For the declaration of the executable.
  public var all: [any AnySetting] { [addresses, certificate, key, authorities] }

  public func configuration(_ settings: ResolvedSettings) -> ServicePortConfiguration {
    ServicePortConfiguration(
      addresses: settings[addresses],
      files: TLSFiles(
        certificateChain: settings[certificate],
        privateKey: settings[key],
        authorities: settings[authorities]
      )
    )
  }
}
