/// The open streams of one connection: slots in an array and a hash from id to slot, both of a
/// fixed size, so that a call allocates nothing here. Slots are small integers that the shell may
/// use as indices of its own.
public struct StreamTable<Stream: Sendable>: Sendable {
  private var streams: [Stream?]
  private var free: [Int32]
  /// Open addressing, backward-shift deletion. 0 = free, else the id; `slots` beside it.
  private var ids: [UInt32]
  private var slots: [Int32]
  private let mask: Int
  public private(set) var count = 0
  public let capacity: Int

  public init(capacity: Int) {
    self.capacity = capacity
    streams = Array(repeating: nil, count: capacity)
    free = (0..<Int32(capacity)).reversed()
    var size = 16
    while size < capacity * 2 { size *= 2 }
    ids = Array(repeating: 0, count: size)
    slots = Array(repeating: -1, count: size)
    mask = size - 1
  }

  /// Adds a stream under an id that is not in the table; nil when the table is full.
  public mutating func insert(_ stream: Stream, id: UInt32) -> Int? {
    guard let slot = free.popLast() else { return nil }
    streams[Int(slot)] = stream
    var place = StreamTable.hash(id) & mask
    while ids[place] != 0 { place = (place + 1) & mask }
    ids[place] = id
    slots[place] = slot
    count += 1
    return Int(slot)
  }

  public func slot(of id: UInt32) -> Int? {
    var place = StreamTable.hash(id) & mask
    while ids[place] != 0 {
      if ids[place] == id { return Int(slots[place]) }
      place = (place + 1) & mask
    }
    return nil
  }

  /// The stream in a taken slot.
  public subscript(slot: Int) -> Stream {
    get {
      guard let stream = streams[slot] else { preconditionFailure("slot \(slot) is free") }
      return stream
    }
    _modify {
      precondition(streams[slot] != nil, "slot is free")
      yield &streams[slot]!  // the line above
    }
  }

  public func isTaken(_ slot: Int) -> Bool { streams[slot] != nil }

  public mutating func remove(slot: Int, id: UInt32) {
    streams[slot] = nil
    free.append(Int32(slot))
    count -= 1
    var place = StreamTable.hash(id) & mask
    while ids[place] != id { place = (place + 1) & mask }
    // Close the gap: move each later entry whose own place does not lie behind the gap.
    var next = (place + 1) & mask
    while ids[next] != 0 {
      let home = StreamTable.hash(ids[next]) & mask
      if (next &- home) & mask >= (next &- place) & mask {
        ids[place] = ids[next]
        slots[place] = slots[next]
        place = next
      }
      next = (next + 1) & mask
    }
    ids[place] = 0
    slots[place] = -1
  }

  public mutating func forEachSlot(_ body: (Int, inout Stream) -> Void) {
    guard count > 0 else { return }
    for slot in streams.indices where streams[slot] != nil {
      body(slot, &streams[slot]!)  // the line above
    }
  }

  /// Ids rise by 2; times an odd number, their halves fill distinct places before any repeats.
  private static func hash(_ id: UInt32) -> Int { Int((id >> 1) &* 0x9E_3779) }
}
