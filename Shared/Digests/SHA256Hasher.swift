import COpenSSL
import Primitives

/// Digests bytes as they come. About 1 GB/s a core where the processor has SHA instructions; hash
/// large things away from the loops.
///
/// Confined to one task at a time.
public final class SHA256Hasher {
  private let context: OpaquePointer

  public init() {
    // Fails only when memory is exhausted, in which case the process is lost anyway.
    guard let context = EVP_MD_CTX_new(), EVP_DigestInit_ex(context, EVP_sha256(), nil) == 1 else {
      fatalError("OpenSSL has no memory for a digest")
    }
    self.context = context
  }

  deinit { EVP_MD_CTX_free(context) }

  public func update(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress else { return }
    EVP_DigestUpdate(context, start, bytes.count)
  }

  public func update(_ bytes: Bytes) { bytes.withUnsafeBytes { update($0) } }

  /// The digest of all that came; the hasher then starts anew.
  public func finish() -> SHA256Digest {
    var digest = [UInt8](repeating: 0, count: SHA256Digest.byteCount)
    EVP_DigestFinal_ex(context, &digest, nil)
    EVP_DigestInit_ex(context, EVP_sha256(), nil)
    guard let result = SHA256Digest(digest) else { preconditionFailure("a digest has 32 bytes") }
    return result
  }

  public static func digest(_ bytes: Bytes) -> SHA256Digest {
    let hasher = SHA256Hasher()
    hasher.update(bytes)
    return hasher.finish()
  }

  public static func digest(_ text: String) -> SHA256Digest {
    let hasher = SHA256Hasher()
    var text = text
    text.withUTF8 { hasher.update(UnsafeRawBufferPointer($0)) }
    return hasher.finish()
  }
}
