import Primitives

/// Who writes which blob of which account, one upload each, and how much room on the disk the
/// uploads in work have been promised. An upload that is silent for `idleLimit` loses its place to
/// the next one that asks, so a caller that hangs keeps nobody out for long.
public struct UploadClaims: Sendable {
  /// The right to write a blob; good until it is released or somebody else took it.
  public struct Claim: Sendable, Hashable {
    public let key: BlobKey
    let number: UInt64
  }

  private struct Entry {
    var number: UInt64
    var lastActive: Instant
    /// A read or write of its file runs: nobody else may touch the file, however long it takes.
    var isWorking = false
    /// What it will still write.
    var promisedBytes: UInt64 = 0
  }

  /// The disk when room is asked for.
  public struct Room: Sendable, Equatable {
    public let freeBytes: UInt64
    /// What was promised before `freeBytes` was looked up: what is written in between counts twice,
    /// and nothing is promised twice.
    public let promisedBytes: UInt64
    /// What uploads leave free.
    public let reserveBytes: UInt64

    public init(freeBytes: UInt64, promisedBytes: UInt64, reserveBytes: UInt64) {
      self.freeBytes = freeBytes
      self.promisedBytes = promisedBytes
      self.reserveBytes = reserveBytes
    }
  }

  private var entries: [BlobKey: Entry] = [:]
  private var lastNumber: UInt64 = 0
  private let idleLimit: Duration
  private let countLimit: Int
  /// What all uploads in work will still write.
  public private(set) var promisedBytes: UInt64 = 0

  public init(idleLimit: Duration, countLimit: Int = StoreLimits.uploadCount) {
    self.idleLimit = idleLimit
    self.countLimit = countLimit
  }

  public var count: Int { entries.count }

  public mutating func claim(_ key: BlobKey, now: Instant) throws(StoreProblem) -> Claim {
    if let entry = entries[key] {
      guard !entry.isWorking, now - entry.lastActive >= idleLimit else {
        throw .conflict("another upload of this blob runs; try again when it has ended")
      }
      promisedBytes -= entry.promisedBytes
    } else if entries.count >= countLimit {
      throw .exhausted("\(countLimit) uploads run already, which is the limit")
    }
    lastNumber += 1
    entries[key] = Entry(number: lastNumber, lastActive: now)
    return Claim(key: key, number: lastNumber)
  }

  /// Work on the file is about to begin; throws when the place is lost.
  public mutating func beginWork(_ claim: Claim) throws(StoreProblem) {
    guard entries[claim.key]?.number == claim.number else {
      throw .conflict("this upload was silent for \(idleLimit), and another one took its place")
    }
    entries[claim.key]?.isWorking = true
  }

  public mutating func endWork(_ claim: Claim, now: Instant) {
    guard entries[claim.key]?.number == claim.number else { return }
    entries[claim.key]?.isWorking = false
    entries[claim.key]?.lastActive = now
  }

  /// Keeps room for what an upload will write. Called while its work runs, once.
  public mutating func promise(
    _ byteCount: UInt64,
    to claim: Claim,
    of room: Room
  ) throws(StoreProblem) {
    let taken = room.promisedBytes + room.reserveBytes
    guard byteCount <= room.freeBytes, taken <= room.freeBytes - byteCount else {
      throw .exhausted(
        "begin.size_bytes: \(byteCount) bytes are needed, but of the \(room.freeBytes) that are "
          + "free on the store's disk \(room.promisedBytes) are promised to uploads in work and "
          + "\(room.reserveBytes) stay free; delete what is not needed and collect garbage, or try "
          + "again later"
      )
    }
    guard entries[claim.key]?.number == claim.number else { return }
    entries[claim.key]?.promisedBytes += byteCount
    promisedBytes += byteCount
  }

  /// So much of what was promised is on the disk now.
  public mutating func wrote(_ byteCount: UInt64, _ claim: Claim) {
    guard let entry = entries[claim.key], entry.number == claim.number else { return }
    let kept = min(byteCount, entry.promisedBytes)
    entries[claim.key]?.promisedBytes -= kept
    promisedBytes -= kept
  }

  public mutating func release(_ claim: Claim) {
    guard let entry = entries[claim.key], entry.number == claim.number else { return }
    promisedBytes -= entry.promisedBytes
    entries[claim.key] = nil
  }
}
