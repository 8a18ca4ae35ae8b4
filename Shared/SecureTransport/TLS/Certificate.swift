import COpenSSL
import Primitives

/// One X.509 certificate.
final class Certificate {
  let pointer: OpaquePointer

  /// Takes over one reference to `pointer`.
  init(adopting pointer: OpaquePointer) { self.pointer = pointer }

  deinit { X509_free(pointer) }

  /// The names in the subject alternative names; addresses are left to OpenSSL's own check.
  struct AlternativeNames {
    var uris: [String] = []
    var hosts: [String] = []
  }

  static func alternativeNames(of certificate: OpaquePointer) -> AlternativeNames {
    var names = AlternativeNames()
    withUnsafeMutablePointer(to: &names) { target in
      martlet_each_alternative_name(certificate, target) { context, type, bytes, length in
        guard let context, let bytes, length >= 0 else { return }
        let names = context.assumingMemoryBound(to: AlternativeNames.self)
        let value = UnsafeBufferPointer(start: bytes, count: Int(length))
        guard type != GEN_IPADD, let text = String(validating: value, as: UTF8.self) else { return }
        if type == GEN_URI {
          names.pointee.uris.append(text)
        } else {
          names.pointee.hosts.append(text)
        }
      }
    }
    return names
  }

  /// What a certificate of a trusted authority says about its holder.
  enum Holder: Equatable {
    case service(suite: String, role: String, instance: String)
    case other(name: String)
    /// It wants to be a service's certificate and is none that can be believed.
    case unusable(String)
  }

  /// A service's certificate has exactly one URI, as SPIFFE demands, so that no second name can be
  /// slipped in beside the first.
  static func holder(of certificate: OpaquePointer) -> Holder {
    let uris = alternativeNames(of: certificate).uris
    guard uris.contains(where: { $0.hasPrefix("spiffe:") }) else {
      return .other(name: subject(of: certificate))
    }
    guard uris.count == 1 else { return .unusable("certificate has more than one URI") }
    guard case .service(let suite, let role, let instance)? = PeerIdentity(spiffe: uris[0]) else {
      return .unusable("certificate's URI is not spiffe://<suite>/<role>/<instance>")
    }
    return .service(suite: suite, role: role, instance: instance)
  }

  /// The subject, for people: `CN = gateway-1`.
  static func subject(of certificate: OpaquePointer) -> String {
    guard let bio = BIO_new(BIO_s_mem()) else { return "" }
    defer { BIO_free(bio) }
    martlet_print_subject(bio, certificate)
    return PEM.contents(of: bio).utf8Text ?? ""
  }

  /// Throws unless this moment is between the certificate's dates.
  func requireCurrent(file: String) throws(TLSConfigurationError) {
    if X509_cmp_current_time(X509_get0_notAfter(pointer)) < 0 {
      throw TLSConfigurationError(
        file: file,
        "certificate expired on \(Certificate.text(of: X509_get0_notAfter(pointer)))"
      )
    }
    if X509_cmp_current_time(X509_get0_notBefore(pointer)) > 0 {
      throw TLSConfigurationError(
        file: file,
        "certificate is not valid before \(Certificate.text(of: X509_get0_notBefore(pointer)))"
      )
    }
  }

  /// The identity in its SPIFFE URI; nil when it has none.
  func serviceIdentity(file: String) throws(TLSConfigurationError) -> PeerIdentity? {
    switch Certificate.holder(of: pointer) {
    case .service(let suite, let role, let instance):
      return .service(suite: suite, role: role, instance: instance)
    case .other: return nil
    case .unusable(let problem): throw TLSConfigurationError(file: file, problem)
    }
  }

  private static func text(of time: UnsafePointer<ASN1_TIME>?) -> String {
    guard let time, let bio = BIO_new(BIO_s_mem()) else { return "an unknown date" }
    defer { BIO_free(bio) }
    ASN1_TIME_print(bio, time)
    return PEM.contents(of: bio).utf8Text ?? ""
  }
}
