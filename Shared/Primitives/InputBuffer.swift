/// The receive buffer of one connection: a transport writes at the end, a decoder takes from the
/// front, and what was taken may live on as a slice. Owned by one loop.
///
/// While no slice of the block is alive its memory is used again; otherwise it is filled to its end
/// and then the unread rest moves to a new block. So small messages that are decoded at once cost
/// no allocation, and large ones are never copied by their receiver.
public final class InputBuffer {
  private var storage: ByteStorage
  private var head = 0
  private var tail = 0
  private let initialCapacity: Int

  public init(capacity: Int = 16 * 1024) {
    initialCapacity = max(256, capacity)
    storage = ByteStorage(capacity: initialCapacity)
  }

  /// Bytes that were received and not taken.
  public var count: Int { tail - head }

  /// The unread bytes, good until the next call of a mutating method.
  public var readable: UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: UnsafeRawPointer(storage.base + head), count: tail - head)
  }

  /// Takes `byteCount` bytes off the front.
  public func consume(_ byteCount: Int) {
    precondition(byteCount >= 0 && byteCount <= count)
    head += byteCount
  }

  /// A slice of unread bytes, `offset` from the front, that shares the block.
  public func slice(offset: Int, count byteCount: Int) -> Bytes {
    precondition(offset >= 0 && byteCount >= 0 && offset + byteCount <= count)
    return Bytes(storage: storage, offset: head + offset, count: byteCount)
  }

  /// Free memory at the end, at least `minimum` bytes, for a transport to read into.
  public func writable(minimum: Int) -> UnsafeMutableRawBufferPointer {
    if head == tail, head > 0, isKnownUniquelyReferenced(&storage) {
      head = 0
      tail = 0
    }
    // An empty block that slices keep is worth leaving before reads become crumbs.
    let wanted = head == tail ? max(minimum, initialCapacity / 4) : minimum
    if storage.capacity - tail < wanted { makeRoom(minimum) }
    return UnsafeMutableRawBufferPointer(start: storage.base + tail, count: storage.capacity - tail)
  }

  /// `byteCount` bytes were written at the start of what `writable` gave.
  public func commit(_ byteCount: Int) {
    precondition(byteCount >= 0 && byteCount <= storage.capacity - tail)
    tail += byteCount
  }

  public func append(_ bytes: UnsafeRawBufferPointer) {
    guard bytes.count > 0 else { return }
    writable(minimum: bytes.count).copyMemory(from: bytes)
    commit(bytes.count)
  }

  /// Gives memory back when nothing is buffered and a burst had made the block large.
  public func trim() {
    guard head == tail, storage.capacity > initialCapacity else { return }
    storage = ByteStorage(capacity: initialCapacity)
    head = 0
    tail = 0
  }

  private func makeRoom(_ minimum: Int) {
    let unread = tail - head
    let reusable = isKnownUniquelyReferenced(&storage)
    if reusable && storage.capacity - unread >= minimum {
      if unread > 0 && head > 0 {
        storage.base.copyMemory(from: storage.base + head, byteCount: unread)
      }
    } else {
      // Growth follows what has arrived, never what a peer announced.
      let doubled = unread >= initialCapacity / 2 ? unread * 2 : 0
      let capacity = max(initialCapacity, unread + minimum, doubled)
      let fresh = ByteStorage(capacity: capacity)
      if unread > 0 { fresh.base.copyMemory(from: storage.base + head, byteCount: unread) }
      storage = fresh
    }
    head = 0
    tail = unread
  }
}
