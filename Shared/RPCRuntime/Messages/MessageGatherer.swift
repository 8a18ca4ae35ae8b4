import Primitives

/// The buffer of one message that arrives in several frames. It grows with what has arrived, never
/// by what a peer announced; an announcement only decides how far a growth that is due goes.
struct MessageGatherer {
  private var storage: ByteStorage?
  private(set) var count = 0
  /// Bytes charged to the process's budget.
  private(set) var chargedBytes = 0

  /// Adds bytes; false when the budget refuses the growth.
  mutating func append(
    _ bytes: UnsafeRawBufferPointer,
    announcedBytes: Int,
    budget: ReceiveBudget
  ) -> Bool {
    guard let source = bytes.baseAddress, bytes.count > 0 else { return true }
    let needed = count + bytes.count
    if needed > (storage?.capacity ?? 0) {
      let ahead = needed * 4
      let wanted = announcedBytes > needed ? min(announcedBytes, ahead) : needed * 2
      let capacity = max(needed, count == 0 && announcedBytes <= needed ? needed : wanted)
      guard budget.take(capacity - chargedBytes) else { return false }
      chargedBytes = capacity
      let larger = ByteStorage(capacity: capacity)
      if let storage { larger.base.copyMemory(from: storage.base, byteCount: count) }
      storage = larger
    }
    if let storage { (storage.base + count).copyMemory(from: source, byteCount: bytes.count) }
    count = needed
    return true
  }

  /// The whole message; its charge stays with the caller. The gatherer is empty after it.
  mutating func take() -> (bytes: Bytes, chargedBytes: Int) {
    defer { self = MessageGatherer() }
    guard let storage else { return (Bytes(), chargedBytes) }
    return (Bytes(storage: storage, offset: 0, count: count), chargedBytes)
  }

  mutating func drop(_ budget: ReceiveBudget) {
    budget.give(chargedBytes)
    self = MessageGatherer()
  }
}
