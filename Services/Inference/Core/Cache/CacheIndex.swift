/// Which fetched files a host keeps, by digest, within a budget of bytes on disk.
///
/// What is in use is never given up; of the rest the least recently used goes first. A value: the
/// shell removes what it is told to, and tells what it has added.
public struct CacheIndex: Equatable, Sendable {
  public let budgetBytes: UInt64
  private var entries: [String: Entry] = [:]
  private var uses: UInt64 = 0
  /// Bytes of all files that are here or on their way.
  public private(set) var usedBytes: UInt64 = 0

  private struct Entry: Equatable {
    var byteCount: UInt64
    /// Replicas that need it.
    var pinCount: Int
    var lastUse: UInt64
  }

  public init(budgetBytes: UInt64) { self.budgetBytes = budgetBytes }

  public var count: Int { entries.count }
  public func holds(_ digest: String) -> Bool { entries[digest] != nil }
  public func isInUse(_ digest: String) -> Bool { entries[digest].map { $0.pinCount > 0 } ?? false }

  /// A file that lay there at the start. In the order of their age, the oldest first.
  /// - Returns: The files to remove, because the budget has become smaller.
  public mutating func found(_ digest: String, byteCount: UInt64) -> [String] {
    guard entries[digest] == nil else { return [] }
    uses += 1
    entries[digest] = Entry(byteCount: byteCount, pinCount: 0, lastUse: uses)
    usedBytes += byteCount
    return makeRoom(for: 0) ?? []
  }

  /// There is no room, and nothing that may go.
  public struct Full: Error, Equatable {
    public let neededBytes: UInt64
    public let inUseBytes: UInt64
    public let budgetBytes: UInt64
  }

  /// A replica needs this file, until `release`. Reserves its room when it is not here.
  /// - Returns: The files to remove.
  public mutating func use(_ digest: String, byteCount: UInt64) throws(Full) -> [String] {
    if var entry = entries[digest] {
      uses += 1
      entry.pinCount += 1
      entry.lastUse = uses
      entries[digest] = entry
      return []
    }
    guard let removed = makeRoom(for: byteCount) else {
      throw Full(neededBytes: byteCount, inUseBytes: inUseBytes, budgetBytes: budgetBytes)
    }
    uses += 1
    entries[digest] = Entry(byteCount: byteCount, pinCount: 1, lastUse: uses)
    usedBytes += byteCount
    return removed
  }

  /// The replica that used it has gone.
  public mutating func release(_ digest: String) {
    guard var entry = entries[digest], entry.pinCount > 0 else { return }
    entry.pinCount -= 1
    entries[digest] = entry
  }

  /// The file is not there after all: it could not be fetched, or was damaged. One that is in use
  /// stays reserved, because whoever uses it will fetch it again.
  public mutating func lost(_ digest: String) {
    guard let entry = entries[digest], entry.pinCount == 0 else { return }
    entries[digest] = nil
    usedBytes -= entry.byteCount
  }

  private var inUseBytes: UInt64 {
    entries.values.reduce(0) { $0 + ($1.pinCount > 0 ? $1.byteCount : 0) }
  }

  /// The files that go; nil when even all of them would not be enough. Then none goes.
  private mutating func makeRoom(for byteCount: UInt64) -> [String]? {
    let (needed, overflow) = usedBytes.addingReportingOverflow(byteCount)
    guard !overflow else { return nil }
    guard needed > budgetBytes else { return [] }
    var excess = needed - budgetBytes
    var removed: [String] = []
    for (digest, entry) in entries.filter({ $0.value.pinCount == 0 })
      .sorted(by: { $0.value.lastUse < $1.value.lastUse })
    where excess > 0 {
      removed.append(digest)
      excess -= min(excess, entry.byteCount)
    }
    // At the start more may lie there than fits, and all of it that is not used goes.
    guard excess == 0 || byteCount == 0 else { return nil }
    for digest in removed {
      if let entry = entries.removeValue(forKey: digest) { usedBytes -= entry.byteCount }
    }
    return removed
  }
}
