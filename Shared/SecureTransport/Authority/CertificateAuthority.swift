import COpenSSL
import Primitives

/// A small certificate authority (P-256, SHA-256) for development and tests: it signs the
/// certificates of a suite's services.
///
/// Confined to one thread at a time. Its private key is as valuable as every service together.
public final class CertificateAuthority {
  private let certificate: Certificate
  private let key: PrivateKey

  private init(certificate: Certificate, key: PrivateKey) {
    self.certificate = certificate
    self.key = key
  }

  /// A new authority, valid from five minutes ago for `validity`.
  public static func create(
    commonName: String,
    validity: Duration = .seconds(10 * 365 * 24 * 3600)
  ) throws(TLSConfigurationError) -> CertificateAuthority {
    let key = try PrivateKey.makeP256()
    let draft = try CertificateDraft(
      commonName: commonName,
      key: key,
      validFrom: .seconds(-300),
      validUntil: validity
    )
    try draft.setIssuer(draft.pointer)
    try draft.add(NID_basic_constraints, "critical,CA:TRUE,pathlen:0", issuer: draft.pointer)
    try draft.add(NID_key_usage, "critical,keyCertSign,cRLSign", issuer: draft.pointer)
    try draft.add(NID_subject_key_identifier, "hash", issuer: draft.pointer)
    return CertificateAuthority(certificate: try draft.signed(by: key), key: key)
  }

  /// An authority from its PEM files.
  public static func load(
    certificatePath: String,
    privateKeyPath: String
  ) throws(TLSConfigurationError) -> CertificateAuthority {
    let chain = try PEM.certificates(
      in: try PEMFile.read(certificatePath),
      file: certificatePath
    )
    let key = PrivateKey(
      adopting: try PEM.privateKey(in: try PEMFile.read(privateKeyPath), file: privateKeyPath)
    )
    guard X509_check_private_key(chain[0].pointer, key.pointer) == 1 else {
      ERR_clear_error()
      throw TLSConfigurationError(
        file: privateKeyPath,
        "the key does not belong to the certificate \(certificatePath)"
      )
    }
    guard X509_check_ca(chain[0].pointer) == 1 else {
      throw TLSConfigurationError(file: certificatePath, "is no certificate of an authority")
    }
    return CertificateAuthority(certificate: chain[0], key: key)
  }

  /// A new key and a certificate for it, good for both sides of a connection.
  public func issue(_ request: CertificateRequest) throws(TLSConfigurationError)
    -> IssuedCertificate
  {
    let names = try request.alternativeNames()
    let leafKey = try PrivateKey.makeP256()
    let draft = try CertificateDraft(
      commonName: request.commonName,
      key: leafKey,
      validFrom: request.validFrom,
      validUntil: request.validUntil
    )
    let issuer = certificate.pointer
    try draft.setIssuer(issuer)
    try draft.add(NID_basic_constraints, "critical,CA:FALSE", issuer: issuer)
    try draft.add(NID_key_usage, "critical,digitalSignature", issuer: issuer)
    try draft.add(NID_ext_key_usage, "serverAuth,clientAuth", issuer: issuer)
    try draft.add(NID_subject_key_identifier, "hash", issuer: issuer)
    try draft.add(NID_authority_key_identifier, "keyid:always", issuer: issuer)
    if let names { try draft.add(NID_subject_alt_name, names, issuer: issuer) }
    return IssuedCertificate(
      certificatePEM: try PEM.text(of: try draft.signed(by: key)),
      privateKeyPEM: try leafKey.pem()
    )
  }

  public func certificatePEM() throws(TLSConfigurationError) -> Bytes {
    try PEM.text(of: certificate)
  }

  /// Writes the authority's certificate, and its private key with mode 0600. Existing files are
  /// replaced whole.
  public func write(certificatePath: String, privateKeyPath: String) throws(TLSConfigurationError) {
    try PEMFile.write(try key.pem(), to: privateKeyPath, mode: 0o600)
    try PEMFile.write(try certificatePEM(), to: certificatePath, mode: 0o644)
  }
}

extension IssuedCertificate {
  /// Writes the certificate, and its private key with mode 0600. Existing files are replaced whole.
  public func write(certificatePath: String, privateKeyPath: String) throws(TLSConfigurationError) {
    try PEMFile.write(privateKeyPEM, to: privateKeyPath, mode: 0o600)
    try PEMFile.write(certificatePEM, to: certificatePath, mode: 0o644)
  }
}
