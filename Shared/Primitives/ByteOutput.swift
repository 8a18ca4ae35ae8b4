/// An output buffer: small pieces are gathered in one run of memory, large slices are kept by
/// reference, and all of it leaves in order. Owned by one thread at a time.
///
/// The memory is reused after each `removeAll`, so a connection in steady state allocates nothing.
public final class ByteOutput {
  /// Slices from this size on are kept by reference; below it a copy is cheaper than a segment.
  public static let referenceThresholdBytes = 4096

  private enum Segment {
    case gathered(offset: Int, count: Int)
    case referenced(Bytes)
  }

  /// What is finished; the run that still grows begins at `runStart` and ends at `used`.
  private var segments: [Segment] = []
  private var runStart = 0
  private var memory: UnsafeMutableRawPointer
  private var capacity: Int
  private var used = 0
  private let initialCapacity: Int
  /// Bytes that wait, over all segments.
  public private(set) var count = 0

  public init(capacity: Int = 4096) {
    initialCapacity = max(64, capacity)
    self.capacity = initialCapacity
    memory = .allocate(byteCount: initialCapacity, alignment: 16)
  }

  deinit { memory.deallocate() }

  public var isEmpty: Bool { count == 0 }

  /// Room for `byteCount` bytes at the end; `fill` must write all of them.
  public func append(byteCount: Int, _ fill: (UnsafeMutableRawPointer) -> Void) {
    fill(reserve(byteCount))
    commit(byteCount)
  }

  /// Room for at most `byteCount` bytes, good until the next call; `commit` says how many count.
  public func reserve(_ byteCount: Int) -> UnsafeMutableRawPointer {
    if capacity - used < byteCount { grow(for: byteCount) }
    return memory + used
  }

  public func commit(_ byteCount: Int) {
    guard byteCount > 0 else { return }
    precondition(used + byteCount <= capacity)
    used += byteCount
    count += byteCount
  }

  /// A copy of `bytes` at the end.
  public func append(copying bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    reserve(bytes.count).copyMemory(from: start, byteCount: bytes.count)
    commit(bytes.count)
  }

  /// `bytes` at the end: by reference when large, as a copy when small.
  public func append(_ bytes: Bytes) {
    if bytes.count >= ByteOutput.referenceThresholdBytes {
      finishRun()
      segments.append(.referenced(bytes))
      count += bytes.count
    } else {
      bytes.withUnsafeBytes { append(copying: $0) }
    }
  }

  /// Calls `body` for each run of memory in order; the runs stay.
  public func forEachRun(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    for segment in segments {
      switch segment {
      case .gathered(let offset, let count):
        try body(UnsafeRawBufferPointer(start: memory + offset, count: count))
      case .referenced(let bytes):
        try bytes.withUnsafeBytes { try body($0) }
      }
    }
    if used > runStart {
      try body(UnsafeRawBufferPointer(start: memory + runStart, count: used - runStart))
    }
  }

  /// Forgets all bytes and keeps the memory, unless a burst made it much larger than usual.
  public func removeAll() {
    if !segments.isEmpty { segments.removeAll(keepingCapacity: true) }
    used = 0
    runStart = 0
    count = 0
    let keepCapacity = 1 << 20
    if capacity > keepCapacity {
      memory.deallocate()
      capacity = initialCapacity
      memory = .allocate(byteCount: capacity, alignment: 16)
    }
  }

  /// All bytes as one run (a copy unless there is exactly one referenced slice), and forgets them.
  public func takeBytes() -> Bytes {
    defer { removeAll() }
    if segments.count == 1, used == runStart, case .referenced(let bytes) = segments[0] {
      return bytes
    }
    return Bytes(capacity: count) { target in
      var offset = 0
      forEachRun { run in
        UnsafeMutableRawBufferPointer(rebasing: target[offset...]).copyMemory(from: run)
        offset += run.count
      }
      return offset
    }
  }

  /// All bytes as slices in order (gathered ones share one copy), and forgets them.
  public func takeSlices() -> [Bytes] {
    defer { removeAll() }
    finishRun()
    let copy = Bytes(copying: UnsafeRawBufferPointer(start: memory, count: used))
    return segments.map { segment in
      switch segment {
      case .gathered(let offset, let count): copy.slice(offset..<(offset + count))
      case .referenced(let bytes): bytes
      }
    }
  }

  private func finishRun() {
    guard used > runStart else { return }
    segments.append(.gathered(offset: runStart, count: used - runStart))
    runStart = used
  }

  private func grow(for byteCount: Int) {
    let needed = used + byteCount
    let newCapacity = max(needed, capacity * 2)
    let larger = UnsafeMutableRawPointer.allocate(byteCount: newCapacity, alignment: 16)
    larger.copyMemory(from: memory, byteCount: used)
    memory.deallocate()
    memory = larger
    capacity = newCapacity
  }
}
