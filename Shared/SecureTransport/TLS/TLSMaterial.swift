import Primitives

/// The contents of a set of `TLSFiles` at one moment, found to be usable.
struct TLSMaterial: Sendable {
  let files: TLSFiles
  let certificateChain: Bytes?
  let privateKey: Bytes?
  let authorities: Bytes?
  /// Who the own certificate says that this process is; nil without a SPIFFE URI.
  let ownIdentity: PeerIdentity?

  /// Reads the files and tries all that a handshake will need of them.
  init(reading files: TLSFiles) throws(TLSConfigurationError) {
    guard (files.certificateChain == nil) == (files.privateKey == nil) else {
      throw TLSConfigurationError(
        "a certificate needs its private key and a key its certificate; only "
          + "\(files.certificateChain ?? files.privateKey ?? "") is set"
      )
    }
    self.files = files
    certificateChain = try TLSMaterial.read(files.certificateChain)
    privateKey = try TLSMaterial.read(files.privateKey)
    authorities = try TLSMaterial.read(files.authorities)
    if let certificateChain, let path = files.certificateChain {
      let chain = try PEM.certificates(in: certificateChain, file: path)
      try chain[0].requireCurrent(file: path)
      ownIdentity = try chain[0].serviceIdentity(file: path)
    } else {
      ownIdentity = nil
    }
  }

  private static func read(_ path: String?) throws(TLSConfigurationError) -> Bytes? {
    guard let path else { return nil }
    return try PEMFile.read(path)
  }
}
