/// What an account has of a blob, on disk.
public enum BlobPresence: Sendable, Equatable {
  case absent
  /// The beginning of it; never 0 bytes.
  case partial(bytes: UInt64)
  case present(sizeBytes: UInt64)

  /// The bytes that an upload may build on.
  public var partialBytes: UInt64 {
    switch self {
    case .partial(let bytes): bytes
    case .absent, .present: 0
    }
  }
}
