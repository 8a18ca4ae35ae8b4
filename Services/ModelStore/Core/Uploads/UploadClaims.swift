import Primitives

/// Who writes which blob: one upload each. An upload that is silent for `idleLimit` loses its place
/// to the next one that asks, so a caller that hangs keeps nobody out for long.
public struct UploadClaims: Sendable {
  /// The right to write a blob; good until it is released or somebody else took it.
  public struct Claim: Sendable, Hashable {
    public let sha256: Bytes
    let number: UInt64
  }

  private struct Entry {
    var number: UInt64
    var lastActive: Instant
    /// A read or write of its file runs: nobody else may touch the file, however long it takes.
    var isWorking = false
  }

  private var entries: [Bytes: Entry] = [:]
  private var lastNumber: UInt64 = 0
  private let idleLimit: Duration
  private let countLimit: Int

  public init(idleLimit: Duration, countLimit: Int = StoreLimits.uploadCount) {
    self.idleLimit = idleLimit
    self.countLimit = countLimit
  }

  public var count: Int { entries.count }

  public mutating func claim(_ sha256: Bytes, now: Instant) throws(StoreProblem) -> Claim {
    if let entry = entries[sha256] {
      guard !entry.isWorking, now - entry.lastActive >= idleLimit else {
        throw .conflict("another upload of this blob runs; try again when it has ended")
      }
    } else if entries.count >= countLimit {
      throw .exhausted("\(countLimit) uploads run already, which is the limit")
    }
    lastNumber += 1
    entries[sha256] = Entry(number: lastNumber, lastActive: now)
    return Claim(sha256: sha256, number: lastNumber)
  }

  /// Work on the file is about to begin; throws when the place is lost.
  public mutating func beginWork(_ claim: Claim) throws(StoreProblem) {
    guard entries[claim.sha256]?.number == claim.number else {
      throw .conflict("this upload was silent for \(idleLimit), and another one took its place")
    }
    entries[claim.sha256]?.isWorking = true
  }

  public mutating func endWork(_ claim: Claim, now: Instant) {
    guard entries[claim.sha256]?.number == claim.number else { return }
    entries[claim.sha256]?.isWorking = false
    entries[claim.sha256]?.lastActive = now
  }

  public mutating func release(_ claim: Claim) {
    guard entries[claim.sha256]?.number == claim.number else { return }
    entries[claim.sha256] = nil
  }
}
