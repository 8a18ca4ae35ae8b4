internal import CProtobufC
import Primitives

/// The memory that one message is unpacked into or packed from: a bump allocator that protobuf-c
/// allocates from, reused from message to message.
///
/// Owned by one thread at a time. A reset keeps the first chunk, and of the others one of at most
/// 1 MiB for as long as messages need it, so a steady run of messages allocates nothing. An
/// allocation beyond the budget fails, and with it the decode.
public final class Arena {
  let state: UnsafeMutablePointer<ArenaState>
  /// What protobuf-c gets; it hands `state` to the callbacks.
  let allocator: UnsafeMutablePointer<ProtobufCAllocator>
  /// Large `bytes` fields of the message being packed, in the order in which they are packed.
  var slices: [Bytes] = []

  /// - Parameter chunkBytes: the first chunk, which is kept; 16 to 64 KiB suits most.
  public init(chunkBytes: Int = 16 * 1024) {
    state = .allocate(capacity: 1)
    state.initialize(to: ArenaState(chunkBytes: max(1024, chunkBytes)))
    allocator = .allocate(capacity: 1)
    allocator.initialize(
      to: ProtobufCAllocator(
        alloc: { data, size in
          data?.assumingMemoryBound(to: ArenaState.self).pointee.allocate(size)
        },
        // Everything goes at the next reset.
        free: { _, _ in },
        allocator_data: UnsafeMutableRawPointer(state)
      )
    )
  }

  deinit {
    state.pointee.releaseAll()
    state.deinitialize(count: 1)
    state.deallocate()
    allocator.deallocate()
  }

  /// Bytes handed out since the last reset.
  public var usedBytes: Int { state.pointee.budget - state.pointee.budgetLeft }

  func reset(budgetBytes: Int) { state.pointee.reset(budget: budgetBytes) }
}

/// The arena's counters in memory of their own, so that protobuf-c's callback reaches them without
/// reference counting.
struct ArenaState {
  /// Stands before each chunk's usable bytes.
  struct ChunkHeader {
    var previous: UnsafeMutableRawPointer?
    var byteCount: Int
  }

  static let alignment = 8

  /// The next free byte; always aligned.
  private var cursor: UnsafeMutableRawPointer
  private var left: Int
  private(set) var budget = Int.max
  private(set) var budgetLeft = Int.max
  /// An allocation failed for the budget since the last reset.
  private(set) var isExhausted = false
  private let firstChunk: UnsafeMutableRawPointer
  private let firstChunkBytes: Int
  /// Chunks in use after the first, linked by their headers.
  private var lastChunk: UnsafeMutableRawPointer?
  /// A chunk kept from an earlier message: fresh memory of this size costs page faults each time.
  private var spareChunk: UnsafeMutableRawPointer?
  private var resetsSinceSpareUse = 0
  private static let spareLimitBytes = 1 << 20
  private static let spareLimitResets = 1024

  init(chunkBytes: Int) {
    firstChunkBytes = chunkBytes & ~(ArenaState.alignment - 1)
    firstChunk = .allocate(byteCount: firstChunkBytes, alignment: 16)
    cursor = firstChunk
    left = firstChunkBytes
  }

  /// Uninitialised memory, or nil beyond the budget.
  @inline(__always)
  mutating func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer? {
    let rounded = (max(byteCount, 1) &+ 7) & ~7
    guard byteCount >= 0, rounded > 0, rounded <= budgetLeft else {
      isExhausted = true
      return nil
    }
    if rounded > left { addChunk(for: rounded) }
    budgetLeft &-= rounded
    left &-= rounded
    let result = cursor
    cursor += rounded
    return result
  }

  mutating func reset(budget: Int) {
    if lastChunk != nil || spareChunk != nil { recycleChunks() }
    cursor = firstChunk
    left = firstChunkBytes
    self.budget = budget
    budgetLeft = budget
    isExhausted = false
  }

  mutating func releaseAll() {
    releaseChunks()
    spareChunk?.deallocate()
    firstChunk.deallocate()
  }

  /// Chunks double, but never beyond what the budget still allows.
  @inline(never)
  private mutating func addChunk(for byteCount: Int) {
    let header = MemoryLayout<ChunkHeader>.stride
    var chunk: UnsafeMutableRawPointer
    var capacity: Int
    if let spare = spareChunk, spare.load(as: ChunkHeader.self).byteCount >= byteCount {
      chunk = spare
      capacity = spare.load(as: ChunkHeader.self).byteCount
      spareChunk = nil
    } else {
      let last = lastChunk?.load(as: ChunkHeader.self).byteCount ?? firstChunkBytes
      capacity = max(byteCount, min(last * 2, 16 << 20, budgetLeft & ~7))
      chunk = .allocate(byteCount: header + capacity, alignment: 16)
    }
    chunk.storeBytes(
      of: ChunkHeader(previous: lastChunk, byteCount: capacity),
      as: ChunkHeader.self
    )
    lastChunk = chunk
    cursor = chunk + header
    left = capacity
  }

  /// Keeps the newest chunk, which is the largest, unless it is too large; returns the others.
  @inline(never)
  private mutating func recycleChunks() {
    if let chunk = lastChunk {
      let header = chunk.load(as: ChunkHeader.self)
      if header.byteCount <= ArenaState.spareLimitBytes {
        lastChunk = header.previous
        spareChunk?.deallocate()
        spareChunk = chunk
        resetsSinceSpareUse = 0
      }
      releaseChunks()
    } else {
      resetsSinceSpareUse += 1
      guard resetsSinceSpareUse > ArenaState.spareLimitResets else { return }
      spareChunk?.deallocate()
      spareChunk = nil
      resetsSinceSpareUse = 0
    }
  }

  private mutating func releaseChunks() {
    while let chunk = lastChunk {
      lastChunk = chunk.load(as: ChunkHeader.self).previous
      chunk.deallocate()
    }
  }
}
