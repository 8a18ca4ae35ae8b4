import COpenSSL
import Primitives

/// Reading and writing of PEM through OpenSSL.
enum PEM {
  /// All certificates in `contents`, at least one.
  static func certificates(
    in contents: Bytes,
    file: String
  ) throws(TLSConfigurationError) -> [Certificate] {
    let bio = try reader(of: contents, file: file)
    defer { BIO_free(bio) }
    var certificates: [Certificate] = []
    while let pointer = PEM_read_bio_X509(bio, nil, nil, nil) {
      certificates.append(Certificate(adopting: pointer))
    }
    try requireEnd(file: file, what: "certificate", count: certificates.count)
    return certificates
  }

  /// The private key in `contents`; the caller frees it.
  static func privateKey(
    in contents: Bytes,
    file: String
  ) throws(TLSConfigurationError) -> OpaquePointer {
    let bio = try reader(of: contents, file: file)
    defer { BIO_free(bio) }
    // Without a callback of ours OpenSSL would ask for a passphrase on the terminal.
    let key = PEM_read_bio_PrivateKey(bio, nil, { _, _, _, _ in -1 }, nil)
    guard let key else {
      let isEncrypted = contents.utf8Text?.contains("ENCRYPTED") ?? false
      ERR_clear_error()
      throw TLSConfigurationError(
        file: file,
        isEncrypted
          ? "the private key has a passphrase; a key without one is needed"
          : "holds no private key in PEM"
      )
    }
    return key
  }

  static func text(of certificate: Certificate) throws(TLSConfigurationError) -> Bytes {
    guard let bio = BIO_new(BIO_s_mem()) else { throw CertificateDraft.failure() }
    defer { BIO_free(bio) }
    guard PEM_write_bio_X509(bio, certificate.pointer) == 1 else {
      throw CertificateDraft.failure()
    }
    return contents(of: bio)
  }

  /// What was written to a memory BIO.
  static func contents(of bio: OpaquePointer) -> Bytes {
    var start: UnsafeMutablePointer<CChar>?
    let count = martlet_memory_bio_bytes(bio, &start)
    guard let start, count > 0 else { return Bytes() }
    return Bytes(copying: UnsafeRawBufferPointer(start: start, count: count))
  }

  private static func reader(
    of contents: Bytes,
    file: String
  ) throws(TLSConfigurationError) -> OpaquePointer {
    guard !contents.isEmpty else { throw TLSConfigurationError(file: file, "is empty") }
    // The BIO keeps a copy of its own, so that it may outlive the closure.
    let bio: OpaquePointer? = contents.withUnsafeBytes { bytes in
      guard let bio = BIO_new(BIO_s_mem()) else { return nil }
      guard BIO_write(bio, bytes.baseAddress, CInt(clamping: bytes.count)) == bytes.count else {
        BIO_free(bio)
        return nil
      }
      return bio
    }
    guard let bio else { throw TLSConfigurationError(file: file, "no memory to read it") }
    return bio
  }

  /// The reader stopped: at the end when the error is "no start line", at a bad entry otherwise.
  private static func requireEnd(
    file: String,
    what: String,
    count: Int
  ) throws(TLSConfigurationError) {
    let error = ERR_peek_last_error()
    ERR_clear_error()
    guard martlet_error_is_pem_end(error) == 1 else {
      throw TLSConfigurationError(file: file, "\(what) \(count + 1) in it cannot be read")
    }
    guard count > 0 else { throw TLSConfigurationError(file: file, "holds no \(what) in PEM") }
  }
}
