/// The copy of a message without what was cut from it, grown in the arena from the first cut on.
///
/// Bytes at `position` of the source lie at `position - removed` of the copy, where `removed`
/// counts what was cut before them. Every cut removes at least as much as it writes.
struct Compaction {
  private let source: UnsafePointer<UInt8>
  private let total: Int
  private let arena: UnsafeMutablePointer<ArenaState>
  private var output: UnsafeMutablePointer<UInt8>?
  private var capacity = 0
  /// Source bytes before this are in the copy or cut.
  private var copiedUpTo = 0
  private(set) var removed = 0

  init(source: UnsafePointer<UInt8>, total: Int, arena: UnsafeMutablePointer<ArenaState>) {
    self.source = source
    self.total = total
    self.arena = arena
  }

  var isStarted: Bool { output != nil }

  /// Leaves `[start, end)` out. False when the arena's budget is used up.
  mutating func cut(_ start: Int, _ end: Int) -> Bool {
    guard flush(upTo: start, room: 0) != nil else { return false }
    removed += end - start
    copiedUpTo = end
    return true
  }

  /// A place to go back to.
  struct Mark {
    fileprivate let copiedUpTo: Int
    fileprivate let removed: Int
  }

  var mark: Mark { Mark(copiedUpTo: copiedUpTo, removed: removed) }

  /// Forgets what was cut since the mark; what was copied since then is written over.
  mutating func goBack(to mark: Mark) {
    copiedUpTo = mark.copiedUpTo
    removed = mark.removed
  }

  /// Puts a placeholder in the place of the sliced field whose length begins at `lengthStart`.
  mutating func slice(_ lengthStart: Int, _ content: Int, _ end: Int) -> Bool {
    let written = 1 + SlicePlaceholder.byteCount
    guard let target = flush(upTo: lengthStart, room: written) else { return false }
    target[0] = UInt8(SlicePlaceholder.byteCount)
    UnsafeMutableRawPointer(target + 1).storeBytes(
      of: SlicePlaceholder(offset: content, count: end - content),
      as: SlicePlaceholder.self
    )
    removed += end - lengthStart - written
    copiedUpTo = end
    return true
  }

  /// Puts a placeholder in the place of the large packed list whose length begins at `lengthStart`.
  mutating func lift(_ lengthStart: Int, _ content: Int, _ end: Int) -> Bool {
    let written = 1 + LiftedList.byteCount
    guard let target = flush(upTo: lengthStart, room: written) else { return false }
    target[0] = UInt8(LiftedList.byteCount)
    UnsafeMutableRawPointer(target + 1).storeBytes(
      of: LiftedList(offset: content, count: end - content),
      as: LiftedList.self
    )
    removed += end - lengthStart - written
    copiedUpTo = end
    return true
  }

  /// Writes the packed varints of `[content, end)`, which were checked, as single bytes 0 and 1.
  mutating func rewriteBools(_ lengthStart: Int, _ content: Int, _ end: Int) -> Bool {
    guard let target = flush(upTo: lengthStart, room: end - lengthStart) else { return false }
    let width = content - lengthStart
    var count = 0
    var bits: UInt8 = 0
    for position in content..<end {
      bits |= source[position] & 0x7F
      if source[position] < 0x80 {
        target[width + count] = bits == 0 ? 0 : 1
        count += 1
        bits = 0
      }
    }
    writePadded(count, width, target)
    removed += end - content - count
    copiedUpTo = end
    return true
  }

  /// Writes a length that is in the copy already, in as many bytes as it had.
  func rewriteLength(at offset: Int, width: Int, to value: Int) {
    if let output { writePadded(value, width, output + offset) }
  }

  /// The whole copy, or nil when the arena's budget is used up.
  mutating func finish() -> UnsafeRawBufferPointer? {
    guard flush(upTo: total, room: 0) != nil, let output else { return nil }
    return UnsafeRawBufferPointer(start: output, count: total - removed)
  }

  /// Copies what is left before `position`, and answers where the copy goes on: at least `room`
  /// bytes are free there.
  private mutating func flush(upTo position: Int, room: Int) -> UnsafeMutablePointer<UInt8>? {
    let end = position - removed
    if output == nil || end + room > capacity {
      // Doubling: one large slice must not cost its size in the arena.
      let wanted = min(max(end + room, 2 * capacity, 256), max(end + room, total))
      guard let larger = arena.pointee.allocate(wanted) else { return nil }
      let bytes = larger.assumingMemoryBound(to: UInt8.self)
      if let output { bytes.update(from: output, count: copiedUpTo - removed) }
      output = bytes
      capacity = wanted
    }
    guard let output else { return nil }
    (output + (copiedUpTo - removed)).update(
      from: source + copiedUpTo,
      count: position - copiedUpTo
    )
    copiedUpTo = position
    return output + end
  }

  private func writePadded(_ value: Int, _ width: Int, _ target: UnsafeMutablePointer<UInt8>) {
    for index in 0..<width {
      let bits = UInt8((value >> (7 * index)) & 0x7F)
      target[index] = index == width - 1 ? bits : bits | 0x80
    }
  }
}
