import Settings
import Transport

/// The settings of a service's public HTTPS port.
public struct HTTPSPortSettings: Sendable {
  /// The name (`FileDescriptorName=`) of sockets that systemd opens for this port.
  public static let socketName = "https"

  public let addresses: Setting<[TransportAddress]>
  public let certificate = Setting(
    "https.certificate",
    SettingType<String>.path.optional,
    default: nil,
    doc: "the certificate of the HTTPS port and its chain, PEM; by default tls.certificate"
  )
  public let key = Setting(
    "https.key",
    SettingType<String>.path.optional,
    default: nil,
    doc: "the private key of https.certificate, PEM, readable by nobody else"
  )
  public let takesClientCertificates = Setting(
    "https.client-certificates",
    .bool,
    default: false,
    doc: "asks HTTPS clients for a certificate of tls.authorities; one of role operator may do all"
  )
  public let connections = Setting(
    "https.max-connections",
    .integer(1...100_000, unit: "connections"),
    default: 1000,
    doc: "one more is closed at once"
  )
  public let idleTimeout = Setting(
    "https.idle-timeout",
    .duration(.milliseconds(100)...(.seconds(600))),
    default: .seconds(30),
    doc: "a connection without a whole request head, or a further piece of body, for so long closes"
  )
  public let bodyTimeout = Setting(
    "https.body-timeout",
    .duration(.milliseconds(100)...(.seconds(3600))),
    default: .seconds(60),
    doc: "a request's body must have come whole in this time"
  )
  public let bodyBudget = Setting(
    "https.body-memory",
    .byteCount((1 << 20)...(1 << 40)),
    default: 512 << 20,
    doc: "what the bodies of all requests may hold together; more are answered 503"
  )

  public init(defaultAddress: TransportAddress) {
    addresses = Setting(
      "https.addresses",
      .addresses(count: 1...16),
      default: [defaultAddress],
      doc: "where HTTPS requests are answered, unless systemd hands over sockets named https"
    )
  }

  /// For the declaration of the executable.
  public var all: [any AnySetting] {
    [
      addresses, certificate, key, takesClientCertificates, connections, idleTimeout, bodyTimeout,
      bodyBudget,
    ]
  }

  /// For the declaration of the executable.
  public var checks: [SettingsCheck] {
    let (certificate, key) = (certificate, key)
    return [
      SettingsCheck(at: certificate.key) { settings in
        (settings[certificate] == nil) == (settings[key] == nil)
          ? nil : "set \(certificate.key) and \(key.key) together, or neither"
      }
    ]
  }

  public func limits(_ settings: ResolvedSettings) -> HTTPSLimits {
    var limits = HTTPSLimits()
    limits.connectionCount = settings[connections]
    limits.idleTimeout = settings[idleTimeout]
    limits.bodyTimeout = settings[bodyTimeout]
    limits.bodyBudgetBytes = settings[bodyBudget]
    return limits
  }
}
