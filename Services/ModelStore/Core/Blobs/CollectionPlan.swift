import Primitives

/// A blob that an account has.
public struct StoredBlob: Sendable, Equatable {
  public let sha256: Bytes
  public let sizeBytes: UInt64
  /// When it was uploaded or last acknowledged, or the last thing that referred to it was deleted.
  public let renewedUnixMicroseconds: Int64

  public init(sha256: Bytes, sizeBytes: UInt64, renewedUnixMicroseconds: Int64) {
    self.sha256 = sha256
    self.sizeBytes = sizeBytes
    self.renewedUnixMicroseconds = renewedUnixMicroseconds
  }
}

/// What a garbage collection takes of the unused blobs of an account.
public struct CollectionPlan: Sendable, Equatable {
  public struct Total: Sendable, Equatable {
    public var blobCount: UInt64 = 0
    public var blobBytes: UInt64 = 0

    public init(blobCount: UInt64 = 0, blobBytes: UInt64 = 0) {
      self.blobCount = blobCount
      self.blobBytes = blobBytes
    }

    mutating func add(_ blob: StoredBlob) {
      blobCount += 1
      blobBytes += blob.sizeBytes
    }
  }

  public enum Decision: Sendable, Equatable {
    case collect
    /// Not unused for long enough: whoever uploaded it may be about to refer to it.
    case tooRecent
    /// An endpoint's hosts may have to fetch it, although the version it is of was deleted.
    case served
  }

  /// Unused since before that.
  private let beforeUnixMicroseconds: Int64
  private let served: Set<Bytes>
  public private(set) var garbage = Total()
  public private(set) var recent = Total()

  /// - Parameter served: digests of what the account's endpoints serve.
  public init(nowUnixMicroseconds: Int64, grace: Duration, served: Set<Bytes>) {
    beforeUnixMicroseconds = nowUnixMicroseconds - grace.wholeMicroseconds
    self.served = served
  }

  public mutating func consider(_ blob: StoredBlob) -> Decision {
    if served.contains(blob.sha256) { return .served }
    guard blob.renewedUnixMicroseconds < beforeUnixMicroseconds else {
      recent.add(blob)
      return .tooRecent
    }
    garbage.add(blob)
    return .collect
  }
}
