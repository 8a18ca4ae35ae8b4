import COpenSSL

/// Unpredictable bytes, for keys and tokens.
public enum SecureRandom {
  /// - Precondition: the system has randomness, which it always has after boot.
  public static func bytes(count: Int) -> [UInt8] {
    var bytes = [UInt8](repeating: 0, count: count)
    // Without randomness no key may be made: there is no way on.
    guard RAND_bytes(&bytes, CInt(count)) == 1 else { fatalError("the system has no randomness") }
    return bytes
  }
}
