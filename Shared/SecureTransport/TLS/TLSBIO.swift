import COpenSSL

/// How OpenSSL reads and writes encrypted bytes: straight from the buffer that the socket filled
/// and into the buffer that goes to the socket, with no memory BIO between.
enum TLSBIO {
  // `nonisolated(unsafe)`: made once, before first use, and only read afterwards; OpenSSL's method
  // tables are made to be shared by threads.
  nonisolated(unsafe) private static let method: OpaquePointer? = {
    guard let method = BIO_meth_new(BIO_get_new_index() | BIO_TYPE_SOURCE_SINK, "martlet")
    else { return nil }
    BIO_meth_set_read(method, readBytes)
    BIO_meth_set_write(method, writeBytes)
    BIO_meth_set_ctrl(method, control)
    BIO_meth_set_create(method) { bio in
      BIO_set_init(bio, 1)
      return 1
    }
    return method
  }()

  /// A BIO for `session`, which must outlive it.
  static func make(for session: TLSSession) -> OpaquePointer? {
    guard let method, let bio = BIO_new(method) else { return nil }
    BIO_set_data(bio, Unmanaged.passUnretained(session).toOpaque())
    return bio
  }
}

private func session(of bio: OpaquePointer?) -> TLSSession? {
  guard let bio, let data = BIO_get_data(bio) else { return nil }
  return Unmanaged<TLSSession>.fromOpaque(data).takeUnretainedValue()
}

private func readBytes(
  _ bio: OpaquePointer?,
  _ target: UnsafeMutablePointer<CChar>?,
  _ count: CInt
) -> CInt {
  martlet_bio_clear_retry(bio)
  guard let target, count > 0, let session = session(of: bio) else { return -1 }
  let taken = session.takeEncrypted(into: UnsafeMutableRawPointer(target), limit: Int(count))
  guard taken > 0 else {
    martlet_bio_retry_read(bio)
    return -1
  }
  return CInt(taken)
}

private func writeBytes(
  _ bio: OpaquePointer?,
  _ source: UnsafePointer<CChar>?,
  _ count: CInt
) -> CInt {
  martlet_bio_clear_retry(bio)
  guard let source, count > 0, let session = session(of: bio) else { return 0 }
  session.scratch.append(UnsafeRawBufferPointer(start: source, count: Int(count)))
  return count
}

private func control(
  _ bio: OpaquePointer?,
  _ command: CInt,
  _ number: CLong,
  _ pointer: UnsafeMutableRawPointer?
) -> CLong {
  // A flush has nothing to do: the channel writes what was gathered. Nothing else is supported.
  CLong(martlet_is_bio_flush(command))
}
