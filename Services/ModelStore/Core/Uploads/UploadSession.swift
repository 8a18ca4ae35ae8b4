import Primitives

/// One upload of a blob, from the first message of its stream to its end.
///
/// Copyable, unlike machines that hold buffers: its states are a few numbers.
public enum UploadSession: Sendable, Equatable {
  /// Nothing has come yet. → claiming, failed
  case waiting
  /// The blob is named; whether it may be written, and what is here, is being found out.
  /// → open, committed, failed
  case claiming(Start)
  /// Chunks are taken. Never more than the blob's size. → checking, kept, failed
  case open(Open)
  /// All bytes are here and the stream has ended; the digest is compared. → committed, failed
  case checking
  /// The blob is whole and on disk.
  case committed
  /// The stream ended or broke early; what came stays for the next try.
  case kept
  /// The caller or its bytes were wrong.
  case failed

  /// What the first message says.
  public struct Start: Sendable, Equatable {
    public let sizeBytes: UInt64
    public let offset: UInt64

    public init(sizeBytes: UInt64, offset: UInt64) {
      self.sizeBytes = sizeBytes
      self.offset = offset
    }
  }

  public struct Open: Sendable, Equatable {
    let sizeBytes: UInt64
    var receivedBytes: UInt64
  }

  public init() { self = .waiting }

  public enum OnStart: Sendable, Equatable {
    /// Take the place of the blob's only writer, and look what is here.
    case claim
    case reject(StoreProblem)
  }

  public mutating func receivedStart(
    _ start: Start,
    digestBytes: Int,
    maximumBytes: UInt64
  ) -> OnStart {
    switch self {
    case .waiting:
      if let problem = start.problem(digestBytes: digestBytes, maximumBytes: maximumBytes) {
        self = .failed
        return .reject(problem)
      }
      self = .claiming(start)
      return .claim
    case .claiming, .open, .checking:
      self = .failed
      return .reject(.invalid("begin: stands in the first message alone"))
    case .committed, .kept, .failed:
      return .reject(.invalid("begin: this upload has ended"))
    }
  }

  public enum OnFound: Sendable, Equatable {
    /// The blob is here: say so, and read no more.
    case acknowledge
    /// Go on behind what is here; what lies beyond the offset is cut off.
    case write(from: UInt64)
    case reject(StoreProblem)
    case ignore
  }

  /// The claim was granted, and this is here.
  public mutating func found(_ presence: BlobPresence) -> OnFound {
    switch self {
    case .claiming(let start):
      switch presence {
      case .present(let sizeBytes) where sizeBytes == start.sizeBytes:
        self = .committed
        return .acknowledge
      case .present(let sizeBytes):
        self = .failed
        return .reject(
          .invalid("begin.size_bytes: \(start.sizeBytes), but this blob has \(sizeBytes) bytes")
        )
      case .absent, .partial:
        let here = presence.partialBytes
        guard start.offset <= here else {
          self = .failed
          return .reject(
            .outOfRange(
              "begin.offset: \(start.offset), but only \(here) bytes are here; ask DescribeBlob"
            )
          )
        }
        self = .open(Open(sizeBytes: start.sizeBytes, receivedBytes: start.offset))
        return .write(from: start.offset)
      }
    case .waiting, .open, .checking, .committed, .kept, .failed: return .ignore
    }
  }

  public enum OnChunk: Sendable, Equatable {
    case write(at: UInt64)
    case reject(StoreProblem)
    /// The upload is over; the bytes are dropped.
    case ignore
  }

  public mutating func receivedChunk(byteCount: Int) -> OnChunk {
    switch self {
    case .open(var open):
      if let problem = open.problem(ofChunk: byteCount) {
        self = .failed
        return .reject(problem)
      }
      let offset = open.receivedBytes
      open.receivedBytes += UInt64(byteCount)
      self = .open(open)
      return .write(at: offset)
    case .waiting, .claiming, .checking:
      self = .failed
      return .reject(.invalid("chunk: the first message must be begin"))
    case .committed, .kept, .failed: return .ignore
    }
  }

  public enum OnEnd: Sendable, Equatable {
    case checkDigest
    /// Sync what came, and say how much that is.
    case keep(receivedBytes: UInt64)
    case reject(StoreProblem)
    case ignore
  }

  /// The caller sends no more.
  public mutating func receivedEnd() -> OnEnd {
    switch self {
    case .open(let open):
      if open.receivedBytes == open.sizeBytes {
        self = .checking
        return .checkDigest
      }
      self = .kept
      return .keep(receivedBytes: open.receivedBytes)
    case .waiting, .claiming:
      self = .failed
      return .reject(.invalid("the stream ended without begin"))
    case .checking, .committed, .kept, .failed: return .ignore
    }
  }

  public enum OnDigest: Sendable, Equatable {
    /// Make it a blob: sync, rename, sync the folder.
    case publish
    /// Remove all that came, then refuse.
    case discard(StoreProblem)
    case ignore
  }

  public mutating func digestCompared(isRight: Bool) -> OnDigest {
    switch self {
    case .checking:
      if isRight {
        self = .committed
        return .publish
      }
      self = .failed
      return .discard(
        .damaged("the bytes do not have the digest that begin.sha256 says; send all of them anew")
      )
    case .waiting, .claiming, .open, .committed, .kept, .failed: return .ignore
    }
  }

  public enum OnBreak: Sendable, Equatable {
    /// Sync what came: the caller goes on from there.
    case keep
    case ignore
  }

  /// The stream broke, or a write failed.
  public mutating func broke() -> OnBreak {
    switch self {
    case .open, .checking:
      self = .kept
      return .keep
    case .waiting, .claiming:
      self = .failed
      return .ignore
    case .committed, .kept, .failed: return .ignore
    }
  }
}

extension UploadSession.Start {
  func problem(digestBytes: Int, maximumBytes: UInt64) -> StoreProblem? {
    if digestBytes != 32 {
      return .invalid("begin.sha256: has \(digestBytes) bytes; a digest has 32")
    }
    if sizeBytes > maximumBytes {
      return .invalid(
        "begin.size_bytes: \(sizeBytes) is more than \(maximumBytes), the limit of this store"
      )
    }
    if offset > sizeBytes { return .outOfRange("begin.offset: lies beyond begin.size_bytes") }
    return nil
  }
}

extension UploadSession.Open {
  func problem(ofChunk byteCount: Int) -> StoreProblem? {
    if byteCount < 1 || byteCount > StoreLimits.chunkBytes {
      return .invalid("chunk: has \(byteCount) bytes; 1 to \(StoreLimits.chunkBytes) are allowed")
    }
    if UInt64(byteCount) > sizeBytes - receivedBytes {
      return .invalid("chunk: goes beyond begin.size_bytes, which is \(sizeBytes)")
    }
    return nil
  }
}
