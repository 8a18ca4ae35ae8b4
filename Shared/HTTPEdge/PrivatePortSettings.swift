import Settings
import Transport

/// The settings of a service's private HTTP port.
public struct PrivatePortSettings: Sendable {
  public let address: Setting<TransportAddress>
  public let allowsRemote = Setting(
    "private.allow-remote",
    .bool,
    default: false,
    doc: "lets private.address be one that other hosts reach; it has neither TLS nor passwords"
  )
  public let maximumConnections = Setting(
    "private.max-connections",
    .integer(1...10_000, unit: "connections"),
    default: 64,
    doc: "more wait until one closes"
  )
  public let idleTimeout = Setting(
    "private.idle-timeout",
    .duration(.milliseconds(100)...(.seconds(600))),
    default: .seconds(30),
    doc: "a connection without a whole request for this long is closed"
  )

  /// `defaultAddress` is a loopback address of the service's own, or a Unix socket.
  public init(defaultAddress: TransportAddress) {
    address = Setting(
      "private.address",
      .address,
      default: defaultAddress,
      doc: "where /healthz, /readyz, /metrics and /loglevel answer, in plain HTTP"
    )
  }

  /// For the declaration of the executable.
  public var all: [any AnySetting] { [address, allowsRemote, maximumConnections, idleTimeout] }

  /// For the declaration of the executable.
  public var checks: [SettingsCheck] {
    let (address, allowsRemote) = (address, allowsRemote)
    return [
      SettingsCheck(at: address.key) { settings in
        if settings[allowsRemote] || PrivatePortSettings.isLocal(settings[address]) { return nil }
        return "\(settings[address]) can be reached from other hosts; use 127.0.0.1, [::1] or "
          + "unix:/PATH, or set \(allowsRemote.key) if something else guards it"
      }
    ]
  }

  /// Whether only this host reaches `address`. A name other than localhost may resolve to anything.
  static func isLocal(_ address: TransportAddress) -> Bool {
    switch address {
    case .unix: return true
    case .tcp(let host, _):
      if host == "localhost" || host == "::1" { return true }
      let parts = host.split(separator: ".", omittingEmptySubsequences: false)
      return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
  }
}
