import Primitives

/// What a certificate shall say about its holder.
public struct CertificateRequest: Sendable, Equatable {
  /// The subject's common name, for people; at most 64 bytes.
  public var commonName: String
  /// The identity of a service; nil for other holders.
  public var service: PeerIdentity?
  /// DNS names that the holder serves under.
  public var dnsNames: [String]
  /// IPv4 and IPv6 addresses that the holder serves under.
  public var addresses: [String]
  /// From when on it is valid, against now; before now, so that clocks may differ a little.
  public var validFrom: Duration
  /// Until when it is valid, against now.
  public var validUntil: Duration

  public init(
    commonName: String,
    service: PeerIdentity? = nil,
    dnsNames: [String] = [],
    addresses: [String] = [],
    validFrom: Duration = .seconds(-300),
    validUntil: Duration = .seconds(90 * 24 * 3600)
  ) {
    self.commonName = commonName
    self.service = service
    self.dnsNames = dnsNames
    self.addresses = addresses
    self.validFrom = validFrom
    self.validUntil = validUntil
  }

  /// A service's certificate: `spiffe://<suite>/<role>/<instance>`, and the names it serves under.
  public static func service(
    suite: String,
    role: String,
    instance: String,
    dnsNames: [String] = ["localhost"],
    addresses: [String] = ["127.0.0.1", "::1"]
  ) -> CertificateRequest {
    CertificateRequest(
      commonName: String("\(role)-\(instance)".prefix(64)),
      service: .service(suite: suite, role: role, instance: instance),
      dnsNames: dnsNames,
      addresses: addresses
    )
  }

  /// The subject alternative names as OpenSSL's configuration language has them; nil for none.
  /// Names are checked, for a comma in one would begin another entry.
  func alternativeNames() throws(TLSConfigurationError) -> String? {
    var entries: [String] = []
    if let service {
      guard case .service(let suite, let role, let instance) = service else {
        throw TLSConfigurationError("a certificate can name a service only")
      }
      let uri = "spiffe://\(suite)/\(role)/\(instance)"
      guard PeerIdentity(spiffe: uri) == service else {
        throw TLSConfigurationError("\(uri) is no identity of a service")
      }
      entries.append("URI:\(uri)")
    }
    for name in dnsNames {
      guard Self.isPlain(name, alsoAllowed: "-.*_") else {
        throw TLSConfigurationError("\"\(name)\" is no DNS name")
      }
      entries.append("DNS:\(name)")
    }
    for address in addresses {
      guard Self.isPlain(address, alsoAllowed: ".:") else {
        throw TLSConfigurationError("\"\(address)\" is no IP address")
      }
      entries.append("IP:\(address)")
    }
    return entries.isEmpty ? nil : entries.joined(separator: ",")
  }

  private static func isPlain(_ text: String, alsoAllowed: String) -> Bool {
    (1...253).contains(text.utf8.count)
      && text.unicodeScalars.allSatisfy {
        $0.isASCII
          && ($0.properties.isAlphabetic || $0.properties.numericType != nil
            || alsoAllowed.unicodeScalars.contains($0))
      }
  }
}

/// A certificate with its private key, in PEM.
public struct IssuedCertificate: Sendable {
  public let certificatePEM: Bytes
  /// A secret: it belongs in a file that only its owner can read.
  public let privateKeyPEM: Bytes
}
