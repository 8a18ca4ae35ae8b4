import Primitives

/// A blob of an account. The same bytes lie on the disk once, however many accounts have them; but
/// an account has only what it sent whole.
public struct BlobKey: Sendable, Hashable {
  public let account: String
  public let sha256: Bytes

  public init(account: String, sha256: Bytes) {
    self.account = account
    self.sha256 = sha256
  }
}
