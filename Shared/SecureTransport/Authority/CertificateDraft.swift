import COpenSSL
import Primitives

/// A certificate that is being filled in.
final class CertificateDraft {
  private(set) var pointer: OpaquePointer

  init(
    commonName: String,
    key: PrivateKey,
    validFrom: Duration,
    validUntil: Duration
  ) throws(TLSConfigurationError) {
    guard (1...64).contains(commonName.utf8.count) else {
      throw TLSConfigurationError("the common name \"\(commonName)\" is not 1 to 64 bytes long")
    }
    guard let pointer = X509_new() else { throw CertificateDraft.failure() }
    self.pointer = pointer
    guard X509_set_version(pointer, 2) == 1,
      CertificateDraft.setRandomSerial(of: pointer),
      X509_gmtime_adj(X509_getm_notBefore(pointer), Int(validFrom.components.seconds)) != nil,
      X509_gmtime_adj(X509_getm_notAfter(pointer), Int(validUntil.components.seconds)) != nil,
      X509_NAME_add_entry_by_txt(
        X509_get_subject_name(pointer),
        "CN",
        martlet_utf8_string_type(),
        commonName,
        -1,
        -1,
        0
      ) == 1,
      X509_set_pubkey(pointer, key.pointer) == 1
    else { throw CertificateDraft.failure() }
  }

  deinit { X509_free(pointer) }

  func setIssuer(_ issuer: OpaquePointer) throws(TLSConfigurationError) {
    guard X509_set_issuer_name(pointer, X509_get_subject_name(issuer)) == 1 else {
      throw CertificateDraft.failure()
    }
  }

  /// An extension in the words of OpenSSL's configuration language.
  func add(
    _ kind: CInt,
    _ value: String,
    issuer: OpaquePointer
  ) throws(TLSConfigurationError) {
    guard martlet_add_extension(pointer, issuer, kind, value) == 1 else {
      throw CertificateDraft.failure()
    }
  }

  func signed(by key: PrivateKey) throws(TLSConfigurationError) -> Certificate {
    guard X509_sign(pointer, key.pointer, EVP_sha256()) > 0 else {
      throw CertificateDraft.failure()
    }
    X509_up_ref(pointer)
    return Certificate(adopting: pointer)
  }

  /// 127 random bits, positive, as the CA/Browser Forum asks for at least 64.
  private static func setRandomSerial(of certificate: OpaquePointer) -> Bool {
    guard let number = BN_new() else { return false }
    defer { BN_free(number) }
    guard BN_rand(number, 127, BN_RAND_TOP_ONE, BN_RAND_BOTTOM_ANY) == 1 else { return false }
    return BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nil
  }

  static func failure() -> TLSConfigurationError {
    TLSConfigurationError("the certificate cannot be made: \(TLSErrorText.takeLast())")
  }
}

/// A private key.
final class PrivateKey {
  let pointer: OpaquePointer

  /// Takes over one reference to `pointer`.
  init(adopting pointer: OpaquePointer) { self.pointer = pointer }

  deinit { EVP_PKEY_free(pointer) }

  static func makeP256() throws(TLSConfigurationError) -> PrivateKey {
    guard let pointer = martlet_new_p256_key() else { throw CertificateDraft.failure() }
    return PrivateKey(adopting: pointer)
  }

  func pem() throws(TLSConfigurationError) -> Bytes {
    guard let bio = BIO_new(BIO_s_mem()) else { throw CertificateDraft.failure() }
    defer { BIO_free(bio) }
    guard PEM_write_bio_PKCS8PrivateKey(bio, pointer, nil, nil, 0, nil, nil) == 1 else {
      throw CertificateDraft.failure()
    }
    return PEM.contents(of: bio)
  }
}
