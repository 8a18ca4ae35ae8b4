import COpenSSL
import Primitives

/// TLS of one connection: encrypted bytes in, plain bytes out, and the other way round. It knows no
/// socket. Confined to its loop, as is its context.
final class TLSSession {
  enum HandshakeStep {
    case done
    case wantsInput
    case failed(String)
  }

  enum ReadEnd: Equatable {
    /// Everything that came was decrypted.
    case wantsInput
    /// The peer said close_notify: nothing more will come.
    case closeNotify
    case failed(String)
  }

  let scratch: CipherScratch
  let context: TLSContext
  /// Who the peer is; `.anonymous` until its certificate was accepted, or when it showed none.
  private(set) var peer: PeerIdentity = .anonymous
  private let verification: ServerVerification?
  private let ssl: OpaquePointer
  private let keyUpdates: UnsafeMutablePointer<UInt32>
  private let keyUpdateLimit: UInt32
  /// Why our own rules refused the peer's certificate, which OpenSSL had accepted.
  private var refusal: String?
  private var encrypted = UnsafeRawBufferPointer(start: nil, count: 0)
  private var encryptedOffset = 0

  /// Nil when OpenSSL cannot make a connection, which is for want of memory.
  /// `addressHost` is the host that a client connects to.
  init?(context: TLSContext, scratch: CipherScratch, addressHost: String?, keyUpdateCount: Int) {
    guard let ssl = SSL_new(context.pointer) else { return nil }
    self.context = context
    self.scratch = scratch
    self.ssl = ssl
    keyUpdateLimit = UInt32(clamping: keyUpdateCount)
    keyUpdates = .allocate(capacity: 1)
    keyUpdates.initialize(to: 0)
    switch context.role {
    case .server: verification = nil
    case .client(.addressHost, _): verification = .hostName(addressHost ?? "")
    case .client(let other, _): verification = other
    }
    // From here on deinit frees what was made.
    guard let bio = TLSBIO.make(for: self) else { return nil }
    SSL_set_bio(ssl, bio, bio)
    SSL_set_ex_data(ssl, 0, Unmanaged.passUnretained(self).toOpaque())
    martlet_watch_key_updates(ssl, keyUpdates)
    if case .server = context.role {
      SSL_set_accept_state(ssl)
    } else {
      SSL_set_connect_state(ssl)
      guard expectHost() else { return nil }
    }
  }

  deinit {
    SSL_free(ssl)
    keyUpdates.deallocate()
  }

  static func of(_ ssl: OpaquePointer?) -> TLSSession? {
    guard let ssl, let data = SSL_get_ex_data(ssl, 0) else { return nil }
    return Unmanaged<TLSSession>.fromOpaque(data).takeUnretainedValue()
  }

  // MARK: Handshake

  /// The name that the server's certificate must hold, and that it is asked for (SNI).
  private func expectHost() -> Bool {
    guard case .hostName(let name)? = verification else { return true }
    guard !name.isEmpty, let parameters = SSL_get0_param(ssl) else { return false }
    // An address is looked for among the addresses only; what is none is a name.
    if X509_VERIFY_PARAM_set1_ip_asc(parameters, name) == 1 { return true }
    ERR_clear_error()
    X509_VERIFY_PARAM_set_hostflags(
      parameters,
      CUnsignedInt(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT)
    )
    return X509_VERIFY_PARAM_set1_host(parameters, name, 0) == 1
      && martlet_set_server_name(ssl, name) == 1
  }

  func handshake() -> HandshakeStep {
    clearErrors()
    let result = SSL_do_handshake(ssl)
    if result == 1 { return confirm() }
    if SSL_get_error(ssl, result) == SSL_ERROR_WANT_READ { return .wantsInput }
    return .failed(failure())
  }

  /// The handshake is done; a client without a common protocol was let in by a server that does
  /// not know ALPN.
  private func confirm() -> HandshakeStep {
    if case .client(_, let protocols) = context.role, !protocols.isEmpty,
      negotiatedProtocol == nil
    {
      return .failed("\(ForeignProtocol.refused) \(protocols.joined(separator: ", "))")
    }
    return .done
  }

  var negotiatedProtocol: String? {
    var start: UnsafePointer<UInt8>?
    var count: CUnsignedInt = 0
    SSL_get0_alpn_selected(ssl, &start, &count)
    guard let start, count > 0 else { return nil }
    return String(validating: UnsafeBufferPointer(start: start, count: Int(count)), as: UTF8.self)
  }

  /// The last word on a certificate that a trusted authority signed. Called during the handshake,
  /// so that the peer is told.
  func accepts(_ certificate: OpaquePointer) -> Bool {
    let holder = Certificate.holder(of: certificate)
    switch holder {
    case .unusable(let problem): refusal = problem
    case .service(let suite, let role, let instance):
      if case .service(let wantedSuite, let roles)? = verification {
        refusal = TLSSession.problem(
          suite: suite,
          wantedSuite: wantedSuite,
          role: role,
          roles: roles
        )
      } else if verification == nil, let wantedSuite = context.suite, suite != wantedSuite {
        refusal = "peer is of the suite \(suite), not of \(wantedSuite)"
      }
      peer = .service(suite: suite, role: role, instance: instance)
    case .other(let name):
      if case .service? = verification { refusal = "peer's certificate names no service" }
      peer = .certificate(name: name)
    }
    return refusal == nil
  }

  private static func problem(
    suite: String,
    wantedSuite: String,
    role: String,
    roles: Set<String>
  ) -> String? {
    guard suite == wantedSuite else {
      return "peer is of the suite \(suite), not of \(wantedSuite)"
    }
    guard roles.contains(role) else {
      return "peer role \(role) is not one of \(roles.sorted().joined(separator: ", "))"
    }
    return nil
  }

  // MARK: Bytes

  /// Runs `body` with `bytes` as what the socket brought; `body` must take all of it.
  func withEncrypted(_ bytes: UnsafeRawBufferPointer, _ body: () -> Void) {
    encrypted = bytes
    encryptedOffset = 0
    body()
    encrypted = UnsafeRawBufferPointer(start: nil, count: 0)
    encryptedOffset = 0
  }

  /// OpenSSL takes encrypted bytes.
  func takeEncrypted(into target: UnsafeMutableRawPointer, limit: Int) -> Int {
    let count = min(limit, encrypted.count - encryptedOffset)
    guard count > 0, let start = encrypted.baseAddress else { return 0 }
    target.copyMemory(from: start + encryptedOffset, byteCount: count)
    encryptedOffset += count
    return count
  }

  private var encryptedLeft: Int { encrypted.count - encryptedOffset }

  /// Decrypts all that came to the end of `input`.
  func read(into input: InputBuffer) -> ReadEnd {
    clearErrors()
    while true {
      let pending = Int(SSL_pending(ssl))
      if pending == 0 && encryptedLeft == 0 { return inputEnd() }
      let wanted = min(pending + encryptedLeft, 64 * 1024)
      let space = input.writable(minimum: wanted)
      let count = SSL_read(ssl, space.baseAddress, CInt(clamping: space.count))
      guard count > 0 else { return readEnd(count) }
      input.commit(Int(count))
    }
  }

  /// Decrypts all that came and drops it: this side has closed and waits for the peer to.
  func discardInput() -> ReadEnd {
    clearErrors()
    while SSL_pending(ssl) > 0 || encryptedLeft > 0 {
      let count = SSL_read(ssl, scratch.record, CInt(CipherScratch.recordBytes))
      guard count > 0 else { return readEnd(count) }
    }
    return inputEnd()
  }

  private func inputEnd() -> ReadEnd {
    keyUpdates.pointee <= keyUpdateLimit ? .wantsInput : .failed("peer floods key updates")
  }

  private func readEnd(_ result: CInt) -> ReadEnd {
    switch SSL_get_error(ssl, result) {
    case SSL_ERROR_WANT_READ:
      return inputEnd()
    case SSL_ERROR_ZERO_RETURN: return .closeNotify
    default: return .failed(failure())
    }
  }

  /// Encrypts all of `output` into the scratch. Answers what went wrong, if anything did.
  ///
  /// Runs below the size of a record are put together with their neighbours: a record costs about
  /// a microsecond however short it is.
  ///
  /// - Parameter writeOut: called whenever the scratch holds `CipherScratch.writeBytes`: what was
  ///   encrypted leaves while it is still in the processor's cache, and the peer starts on it.
  func write(_ output: ByteOutput, writeOut: () -> Void) -> String? {
    clearErrors()
    scratch.reserve(forPlainBytes: min(output.count, CipherScratch.writeBytes))
    let total = output.count
    var fill = 0
    var problem: String?
    output.forEachRun { run in
      var rest = run
      while problem == nil, rest.count > 0 {
        if run.count == total || (fill == 0 && rest.count >= CipherScratch.recordBytes) {
          let whole =
            run.count == total
            ? rest.count : rest.count / CipherScratch.recordBytes * CipherScratch.recordBytes
          problem = encrypt(UnsafeRawBufferPointer(rebasing: rest[..<whole]), writeOut)
          rest = UnsafeRawBufferPointer(rebasing: rest[whole...])
        } else {
          let count = min(CipherScratch.recordBytes - fill, rest.count)
          UnsafeMutableRawBufferPointer(start: scratch.record + fill, count: count)
            .copyMemory(from: UnsafeRawBufferPointer(rebasing: rest[..<count]))
          fill += count
          rest = UnsafeRawBufferPointer(rebasing: rest[count...])
          if fill == CipherScratch.recordBytes {
            problem = encrypt(UnsafeRawBufferPointer(start: scratch.record, count: fill), writeOut)
            fill = 0
          }
        }
      }
    }
    if problem == nil, fill > 0 {
      problem = encrypt(UnsafeRawBufferPointer(start: scratch.record, count: fill), writeOut)
    }
    return problem
  }

  /// Says close_notify, once.
  func sayClosed() {
    clearErrors()
    SSL_shutdown(ssl)
    clearErrors()
  }

  private func encrypt(_ bytes: UnsafeRawBufferPointer, _ writeOut: () -> Void) -> String? {
    var rest = bytes
    while let start = rest.baseAddress, rest.count > 0 {
      let count = SSL_write(ssl, start, CInt(min(rest.count, CipherScratch.writeBytes)))
      guard count > 0 else { return failure() }
      if scratch.waitingBytes >= CipherScratch.writeBytes { writeOut() }
      rest = UnsafeRawBufferPointer(rebasing: rest[Int(count)...])
    }
    return nil
  }

  // MARK: Errors

  /// Other users of OpenSSL on this thread may have left errors, which would be taken for ours.
  @inline(__always)
  private func clearErrors() {
    if ERR_peek_error() != 0 { ERR_clear_error() }
  }

  private func failure() -> String {
    if let refusal {
      ERR_clear_error()
      return refusal
    }
    let verification = SSL_get_verify_result(ssl)
    if Int32(truncatingIfNeeded: verification) != X509_V_OK {
      ERR_clear_error()
      return TLSErrorText.text(ofVerification: Int(verification))
    }
    return TLSErrorText.takeLast()
  }
}
