/// Which fetched files a host keeps, by digest, within a budget of bytes on disk. What has come of
/// a file that is not whole counts like a file.
///
/// What is in use is never given up; of the rest the least recently used goes first. A value: the
/// shell removes what it is told to, and tells what it has added.
public struct CacheIndex: Equatable, Sendable {
  public let budgetBytes: UInt64
  private var entries: [String: Entry] = [:]
  private var uses: UInt64 = 0
  /// Bytes of all files and parts that are here, and of those that are on their way.
  public private(set) var usedBytes: UInt64 = 0

  private struct Entry: Equatable {
    /// Of the whole file while it is in use, whatever of it is here; else of what is here.
    var byteCount: UInt64
    /// Replicas that need it.
    var pinCount: Int
    var lastUse: UInt64
  }

  public init(budgetBytes: UInt64) { self.budgetBytes = budgetBytes }

  public var count: Int { entries.count }
  public func holds(_ digest: String) -> Bool { entries[digest] != nil }
  public func isInUse(_ digest: String) -> Bool { entries[digest].map { $0.pinCount > 0 } ?? false }

  /// A file, or a part of one, that lay there at the start. In the order of their age, the oldest
  /// first.
  /// - Returns: The files to remove, because the budget has become smaller.
  public mutating func found(_ digest: String, byteCount: UInt64) -> [String] {
    guard entries[digest] == nil else { return [] }
    set(digest, byteCount: byteCount, pinCount: 0)
    return makeRoom(for: 0, besides: nil) ?? []
  }

  /// There is no room, and nothing that may go.
  public struct Full: Error, Equatable {
    public let neededBytes: UInt64
    public let inUseBytes: UInt64
    public let budgetBytes: UInt64
  }

  /// A replica needs this file, until `release`. Reserves room for what of it is not here yet.
  /// - Returns: The files to remove.
  public mutating func use(_ digest: String, byteCount: UInt64) throws(Full) -> [String] {
    let known = entries[digest]
    // A part lies there, or another manifest says another size of the same file.
    let missing = byteCount - min(byteCount, known?.byteCount ?? 0)
    guard let removed = makeRoom(for: missing, besides: digest) else {
      throw Full(neededBytes: byteCount, inUseBytes: inUseBytes, budgetBytes: budgetBytes)
    }
    set(
      digest,
      byteCount: (known?.byteCount ?? 0) + missing,
      pinCount: (known?.pinCount ?? 0) + 1
    )
    return removed
  }

  /// The replica that used it has gone.
  /// - Parameter remainingBytes: What lies on disk of the file, whole or in part; 0 = nothing.
  public mutating func release(_ digest: String, remainingBytes: UInt64) {
    guard var entry = entries[digest], entry.pinCount > 0 else { return }
    entry.pinCount -= 1
    if entry.pinCount == 0 {
      // Room that was kept for what never came is free again.
      usedBytes = usedBytes - entry.byteCount + remainingBytes
      entry.byteCount = remainingBytes
    }
    entries[digest] = entry.pinCount == 0 && remainingBytes == 0 ? nil : entry
  }

  private var inUseBytes: UInt64 {
    entries.values.reduce(0) { $0 + ($1.pinCount > 0 ? $1.byteCount : 0) }
  }

  private mutating func set(_ digest: String, byteCount: UInt64, pinCount: Int) {
    uses += 1
    usedBytes = usedBytes - (entries[digest]?.byteCount ?? 0) + byteCount
    entries[digest] = Entry(byteCount: byteCount, pinCount: pinCount, lastUse: uses)
  }

  /// The files that go; nil when even all of them would not be enough. Then none goes.
  private mutating func makeRoom(for byteCount: UInt64, besides kept: String?) -> [String]? {
    let (needed, overflow) = usedBytes.addingReportingOverflow(byteCount)
    guard !overflow else { return nil }
    guard needed > budgetBytes else { return [] }
    var excess = needed - budgetBytes
    var removed: [String] = []
    for (digest, entry) in entries.filter({ $0.value.pinCount == 0 && $0.key != kept })
      .sorted(by: { $0.value.lastUse < $1.value.lastUse })
    where excess > 0 {
      removed.append(digest)
      excess -= min(excess, entry.byteCount)
    }
    // At the start more may lie there than fits, and all of it that is not used goes. A file that
    // is here may be used, too, though the budget has become smaller than what is in use.
    guard excess == 0 || byteCount == 0 else { return nil }
    for digest in removed {
      if let entry = entries.removeValue(forKey: digest) { usedBytes -= entry.byteCount }
    }
    return removed
  }
}
