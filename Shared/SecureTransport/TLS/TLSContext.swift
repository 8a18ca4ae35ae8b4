import COpenSSL
import Primitives

/// One SSL_CTX: what the connections of one loop and one listener or client have in common.
///
/// OpenSSL 3.0 slows down when threads share one, so each loop has its own and no other uses it.
final class TLSContext {
  let pointer: OpaquePointer
  let role: TLSRole
  /// The suite that peers which are services must be of; nil when any is good.
  let suite: String?
  /// The protocols in the form that ALPN sends: each with its length in front.
  private let offer: [UInt8]

  init(_ material: TLSMaterial, role: TLSRole) throws(TLSConfigurationError) {
    offer = try TLSContext.offer(of: role.applicationProtocols)
    self.role = role
    guard let pointer = SSL_CTX_new(TLS_method()) else {
      throw TLSConfigurationError("OpenSSL makes no context: \(TLSErrorText.takeLast())")
    }
    self.pointer = pointer
    switch role {
    case .server(let policy):
      if let suite = policy.suite {
        self.suite = suite
      } else if case .service(let suite, _, _)? = material.ownIdentity {
        self.suite = suite
      } else {
        suite = nil
      }
    case .client: suite = nil
    }
    // Swift runs deinit for an object whose properties are all set, also when this init throws.
    guard martlet_ctx_restrict(pointer) == 1 else {
      throw TLSConfigurationError("OpenSSL refuses TLS 1.3: \(TLSErrorText.takeLast())")
    }
    try useCertificate(of: material)
    try useAuthorities(of: material)
    try useRole()
  }

  deinit { SSL_CTX_free(pointer) }

  private func useCertificate(of material: TLSMaterial) throws(TLSConfigurationError) {
    guard let contents = material.certificateChain, let path = material.files.certificateChain,
      let keyContents = material.privateKey, let keyPath = material.files.privateKey
    else {
      if case .server = role {
        throw TLSConfigurationError("a TLS listener needs a certificate and a private key")
      }
      return
    }
    let chain = try PEM.certificates(in: contents, file: path)
    guard SSL_CTX_use_certificate(pointer, chain[0].pointer) == 1 else {
      throw TLSConfigurationError(file: path, TLSErrorText.takeLast())
    }
    for issuer in chain.dropFirst() {
      guard martlet_ctx_add_chain_certificate(pointer, issuer.pointer) == 1 else {
        throw TLSConfigurationError(file: path, TLSErrorText.takeLast())
      }
    }
    let key = try PEM.privateKey(in: keyContents, file: keyPath)
    defer { EVP_PKEY_free(key) }
    guard X509_check_private_key(chain[0].pointer, key) == 1 else {
      ERR_clear_error()
      throw TLSConfigurationError(
        file: keyPath,
        "the key does not belong to the certificate \(path)"
      )
    }
    guard SSL_CTX_use_PrivateKey(pointer, key) == 1 else {
      throw TLSConfigurationError(file: keyPath, TLSErrorText.takeLast())
    }
  }

  private func useAuthorities(of material: TLSMaterial) throws(TLSConfigurationError) {
    guard let contents = material.authorities, let path = material.files.authorities else {
      guard SSL_CTX_set_default_verify_paths(pointer) == 1 else {
        throw TLSConfigurationError("the system's trust store: \(TLSErrorText.takeLast())")
      }
      return
    }
    let store = SSL_CTX_get_cert_store(pointer)
    for authority in try PEM.certificates(in: contents, file: path) {
      guard X509_STORE_add_cert(store, authority.pointer) == 1 else {
        throw TLSConfigurationError(file: path, TLSErrorText.takeLast())
      }
      if case .server(let policy) = role, policy.clientCertificate != .none {
        // Tells clients which certificate to choose.
        SSL_CTX_add_client_CA(pointer, authority.pointer)
      }
    }
  }

  private func useRole() throws(TLSConfigurationError) {
    switch role {
    case .server(let policy):
      let mode: CInt
      switch policy.clientCertificate {
      case .required: mode = SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT
      case .optional: mode = SSL_VERIFY_PEER
      case .none: mode = SSL_VERIFY_NONE
      }
      SSL_CTX_set_verify(pointer, mode, judgeCertificate)
      if policy.requiresApplicationProtocol { martlet_ctx_require_alpn_offer(pointer) }
      if !offer.isEmpty {
        // The context outlives each of its connections, which keep it alive.
        SSL_CTX_set_alpn_select_cb(
          pointer,
          chooseProtocol,
          Unmanaged.passUnretained(self).toOpaque()
        )
      }
    case .client:
      SSL_CTX_set_verify(pointer, SSL_VERIFY_PEER, judgeCertificate)
      // This function alone answers 0 for success.
      if !offer.isEmpty, SSL_CTX_set_alpn_protos(pointer, offer, CUnsignedInt(offer.count)) != 0 {
        throw TLSConfigurationError("OpenSSL refuses the application protocols")
      }
    }
  }

  /// The first of our protocols that is in `theirs`, as a pointer into `theirs`.
  fileprivate func choice(
    from theirs: UnsafeBufferPointer<UInt8>
  ) -> UnsafeBufferPointer<UInt8>? {
    var index = 0
    while index < offer.count {
      let length = Int(offer[index])
      let ours = offer[(index + 1)..<(index + 1 + length)]
      var position = 0
      while position < theirs.count {
        let end = position + 1 + Int(theirs[position])
        guard end <= theirs.count else { break }
        let name = UnsafeBufferPointer(rebasing: theirs[(position + 1)..<end])
        if name.elementsEqual(ours) { return name }
        position = end
      }
      index += 1 + length
    }
    return nil
  }

  private static func offer(of protocols: [String]) throws(TLSConfigurationError) -> [UInt8] {
    var offer: [UInt8] = []
    for name in protocols {
      guard (1...255).contains(name.utf8.count) else {
        throw TLSConfigurationError("application protocol \"\(name)\" is not 1 to 255 bytes long")
      }
      offer.append(UInt8(name.utf8.count))
      offer.append(contentsOf: name.utf8)
    }
    guard offer.count <= 1024 else {
      throw TLSConfigurationError("the application protocols take more than 1024 bytes")
    }
    return offer
  }
}

/// OpenSSL asks which of the client's protocols is taken.
private func chooseProtocol(
  _ ssl: OpaquePointer?,
  _ chosen: UnsafeMutablePointer<UnsafePointer<UInt8>?>?,
  _ chosenCount: UnsafeMutablePointer<UInt8>?,
  _ theirs: UnsafePointer<UInt8>?,
  _ theirCount: CUnsignedInt,
  _ context: UnsafeMutableRawPointer?
) -> CInt {
  guard let chosen, let chosenCount, let context else { return SSL_TLSEXT_ERR_ALERT_FATAL }
  let owner = Unmanaged<TLSContext>.fromOpaque(context).takeUnretainedValue()
  let offered = UnsafeBufferPointer(start: theirs, count: Int(theirCount))
  guard let choice = owner.choice(from: offered) else { return SSL_TLSEXT_ERR_ALERT_FATAL }
  chosen.pointee = choice.baseAddress
  chosenCount.pointee = UInt8(choice.count)
  return SSL_TLSEXT_ERR_OK
}

/// OpenSSL has judged one certificate of the peer's chain; the last word on the peer's own is ours.
private func judgeCertificate(_ isGood: CInt, _ store: OpaquePointer?) -> CInt {
  guard isGood == 1, let store, X509_STORE_CTX_get_error_depth(store) == 0 else { return isGood }
  guard let certificate = X509_STORE_CTX_get0_cert(store),
    let ssl = X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()),
    let session = TLSSession.of(OpaquePointer(ssl)), session.accepts(certificate)
  else {
    X509_STORE_CTX_set_error(store, X509_V_ERR_CERT_REJECTED)
    return 0
  }
  return 1
}
