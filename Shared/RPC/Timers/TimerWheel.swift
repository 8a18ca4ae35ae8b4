import Primitives

/// A hierarchical timer wheel (Varghese and Lauck 1987): insert, cancel and expire in constant
/// time, no allocation once its slab has grown. One a loop holds every deadline of the loop.
///
/// Resolution is 2^20 ns (about 1 ms); an entry never fires early, one at `distantFuture` never at
/// all. Eight levels of 64 slots hold every tick that the clock can count (43 bits).
public struct TimerWheel: Sendable {
  /// Names an armed timer. Stale handles are recognised: cancelling twice is harmless.
  public struct Handle: Sendable, Equatable {
    fileprivate var index: Int32
    fileprivate var generation: UInt32
  }

  private struct Node {
    var next: Int32 = -1
    var previous: Int32 = -1
    /// The list that holds it: level * 64 + slot; -1 = free.
    var list: Int32 = -1
    var generation: UInt32 = 0
    var tick: Int64 = 0
    var token: UInt64 = 0
  }

  private static let levels = 8
  private var nodes: [Node] = []
  private var freeHead: Int32 = -1
  private var heads = [Int32](repeating: -1, count: levels * 64)
  private var occupied = [UInt64](repeating: 0, count: levels)
  private var current: Int64
  public private(set) var count = 0

  public init(now: Instant) { current = max(0, now.nanoseconds >> 20) }

  /// Arms a timer that yields `token` at or after `deadline`.
  public mutating func schedule(at deadline: Instant, token: UInt64) -> Handle {
    let index: Int32
    if freeHead >= 0 {
      index = freeHead
      freeHead = nodes[Int(index)].next
    } else {
      index = Int32(nodes.count)
      nodes.append(Node())
    }
    // Rounded up, so that nothing fires early.
    let tick = (deadline.nanoseconds >> 20) + (deadline.nanoseconds & ((1 << 20) - 1) == 0 ? 0 : 1)
    nodes[Int(index)].tick = max(tick, current + 1)
    nodes[Int(index)].token = token
    link(index)
    count += 1
    return Handle(index: index, generation: nodes[Int(index)].generation)
  }

  /// Disarms; false when the timer has fired or was cancelled.
  @discardableResult
  public mutating func cancel(_ handle: Handle) -> Bool {
    let index = Int(handle.index)
    guard index < nodes.count, nodes[index].generation == handle.generation,
      nodes[index].list >= 0
    else { return false }
    unlink(handle.index)
    release(handle.index)
    return true
  }

  /// The moment at which `advance` should be called next; nil when nothing is armed. It may come
  /// before the first timer is due (a slot of a coarse level has to be spread then).
  public var nextWake: Instant? {
    guard let tick = nextTick() else { return nil }
    return tick > Int64.max >> 20 ? .distantFuture : Instant(nanoseconds: tick << 20)
  }

  /// Moves to `now` and appends the tokens of the timers that are due.
  public mutating func advance(to now: Instant, into due: inout [UInt64]) {
    let target = now.nanoseconds >> 20
    while let tick = nextTick(), tick <= target {
      current = tick
      for level in 0..<TimerWheel.levels {
        // A slot of this level begins at `current` only when all lower digits are zero.
        if level > 0 && tick & ((1 << (6 * Int64(level))) - 1) != 0 { break }
        let slot = Int(tick >> (6 * Int64(level))) & 63
        spread(level * 64 + slot, into: &due)
      }
    }
    current = max(current, target)
  }

  private mutating func spread(_ list: Int, into due: inout [UInt64]) {
    var index = heads[list]
    guard index >= 0 else { return }
    heads[list] = -1
    occupied[list >> 6] &= ~(1 << UInt64(list & 63))
    while index >= 0 {
      let next = nodes[Int(index)].next
      if nodes[Int(index)].tick <= current {
        due.append(nodes[Int(index)].token)
        release(index)
      } else {
        link(index)
      }
      index = next
    }
  }

  /// The first tick at which some list is to be looked at. Lower levels come first, always.
  private func nextTick() -> Int64? {
    for level in 0..<TimerWheel.levels where occupied[level] != 0 {
      let shift = 6 * Int64(level)
      let slot = Int64(occupied[level].trailingZeroBitCount)
      return (current >> (shift + 6)) << (shift + 6) | slot << shift
    }
    return nil
  }

  private mutating func link(_ index: Int32) {
    let tick = nodes[Int(index)].tick
    let level = max(0, 63 - (tick ^ current).leadingZeroBitCount) / 6
    let slot = Int(tick >> (6 * Int64(level))) & 63
    let list = level * 64 + slot
    let head = heads[list]
    nodes[Int(index)].next = head
    nodes[Int(index)].previous = -1
    nodes[Int(index)].list = Int32(list)
    if head >= 0 { nodes[Int(head)].previous = index }
    heads[list] = index
    occupied[level] |= 1 << UInt64(slot)
  }

  private mutating func unlink(_ index: Int32) {
    let node = nodes[Int(index)]
    if node.previous >= 0 {
      nodes[Int(node.previous)].next = node.next
    } else {
      heads[Int(node.list)] = node.next
      if node.next < 0 { occupied[Int(node.list) >> 6] &= ~(1 << UInt64(node.list & 63)) }
    }
    if node.next >= 0 { nodes[Int(node.next)].previous = node.previous }
  }

  private mutating func release(_ index: Int32) {
    nodes[Int(index)].list = -1
    nodes[Int(index)].generation &+= 1
    nodes[Int(index)].next = freeHead
    freeHead = index
    count -= 1
  }
}
