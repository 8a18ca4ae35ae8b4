import Primitives

/// What generated code calls to lay a message out for protobuf-c.
extension Arena {
  /// Empties the arena for a message of ours, which needs no budget.
  public func beginPacking() {
    state.pointee.reset(budget: .max)
    if !slices.isEmpty { slices.removeAll(keepingCapacity: true) }
  }

  /// Lets go of the slices of the message that was packed.
  public func endPacking() {
    if !slices.isEmpty { slices.removeAll(keepingCapacity: true) }
  }

  /// Uninitialised memory, aligned for every C type of a message, good until the next reset.
  public func allocate(_ byteCount: Int) -> UnsafeMutableRawPointer {
    // Nil only beyond the budget, which packing sets to no limit.
    state.pointee.allocate(byteCount)!
  }

  /// `text` with a NUL at its end.
  public func text(_ text: String) -> UnsafeMutablePointer<CChar> {
    var text = text
    return text.withUTF8 { utf8 in
      if memchrNUL(utf8) { return self.text(replacingNULs(utf8)) }
      let target = allocate(utf8.count + 1)
      if let start = utf8.baseAddress { target.copyMemory(from: start, byteCount: utf8.count) }
      target.storeBytes(of: 0, toByteOffset: utf8.count, as: UInt8.self)
      return target.assumingMemoryBound(to: CChar.self)
    }
  }

  public func texts(_ texts: [String]) -> UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>? {
    pointers(texts) { text($0) }
  }

  /// Lists of fixed-width numbers from this size on are sent by reference.
  @usableFromInline static var sharedListBytes: Int { 16 * 1024 }

  /// The numbers of a list that is packed as it lies in memory: not copied, and from 16 KiB on
  /// remembered like a slice, so that `PackedMessage.append` sends it by reference.
  ///
  /// The pointer stays good because the message outlives its packed form, and with it the array,
  /// whose native storage never moves.
  @inlinable
  public func fixedArray<Element: BitwiseCopyable & Sendable>(_ values: [Element])
    -> UnsafeMutablePointer<Element>?
  {
    values.withUnsafeBytes { bytes in
      if bytes.count >= Arena.sharedListBytes { share(bytes, of: values) }
      return UnsafeMutablePointer(
        mutating: bytes.baseAddress?.assumingMemoryBound(to: Element.self)
      )
    }
  }

  /// While the slice lives, so does the array, and a change to it makes a copy elsewhere.
  @usableFromInline
  func share(_ bytes: UnsafeRawBufferPointer, of owner: some Sendable) {
    guard let start = bytes.baseAddress else { return }
    let storage = ByteStorage(
      adopting: UnsafeMutableRawPointer(mutating: start),
      capacity: bytes.count,
      release: { _ in withExtendedLifetime(owner) {} }
    )
    slices.append(Bytes(storage: storage, offset: 0, count: bytes.count))
  }

  /// A copy of the numbers.
  @inlinable
  public func array<Element: BitwiseCopyable>(_ values: [Element])
    -> UnsafeMutablePointer<Element>?
  {
    if values.isEmpty { return nil }
    return values.withUnsafeBytes { bytes in
      let target = allocate(bytes.count)
      if let start = bytes.baseAddress { target.copyMemory(from: start, byteCount: bytes.count) }
      return target.assumingMemoryBound(to: Element.self)
    }
  }

  public func flags(_ values: [Bool]) -> UnsafeMutablePointer<Int32>? {
    array(values.map { $0 ? 1 : 0 })
  }

  /// `CEnum` is the C enum of the same numbers, four bytes wide like all of protobuf-c's.
  @inlinable
  public func enums<Value: WireEnum, CEnum>(_ values: [Value]) -> UnsafeMutablePointer<CEnum>? {
    precondition(MemoryLayout<CEnum>.size == 4)
    guard let numbers = array(values.map(\.rawValue)) else { return nil }
    return UnsafeMutableRawPointer(numbers).assumingMemoryBound(to: CEnum.self)
  }

  /// The bytes themselves, not a copy: the message must outlive its packed form.
  public func bytes(_ bytes: Bytes) -> UnsafeMutablePointer<UInt8>? {
    bytes.withUnsafeBytes { run in
      UnsafeMutablePointer(mutating: run.baseAddress?.assumingMemoryBound(to: UInt8.self))
    }
  }

  /// Like `bytes`, and remembered so that `PackedMessage.append` can send it by reference.
  public func slice(_ bytes: Bytes) -> UnsafeMutablePointer<UInt8>? {
    if bytes.count >= ByteOutput.referenceThresholdBytes { slices.append(bytes) }
    return self.bytes(bytes)
  }

  /// `CData` is protobuf-c's pair of length and pointer.
  @inlinable
  public func byteStrings<CData>(
    _ values: [Bytes],
    isSliced: Bool
  ) -> UnsafeMutablePointer<CData>? {
    precondition(MemoryLayout<CData>.stride == MemoryLayout<BinaryData>.stride)
    if values.isEmpty { return nil }
    let target = allocate(values.count * MemoryLayout<BinaryData>.stride)
    let items = target.assumingMemoryBound(to: BinaryData.self)
    for (index, value) in values.enumerated() {
      let data = isSliced ? slice(value) : bytes(value)
      (items + index).initialize(to: BinaryData(count: value.count, data: data))
    }
    return target.assumingMemoryBound(to: CData.self)
  }

  @inlinable
  public func message<Message: CBackedMessage, CMessage>(
    _ message: Message
  ) -> UnsafeMutablePointer<CMessage> {
    let target = allocate(MemoryLayout<CMessage>.size)
    message.fill(target, self)
    return target.assumingMemoryBound(to: CMessage.self)
  }

  @inlinable
  public func messages<Message: CBackedMessage, CMessage>(
    _ messages: [Message]
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<CMessage>?>? {
    pointers(messages) { message($0) }
  }

  /// The entries of a map by rising key, so that equal maps have equal bytes.
  @inlinable
  public func entries<Key: Hashable, Value, CEntry>(
    _ map: [Key: Value],
    by isBefore: (Key, Key) -> Bool,
    _ fill: (UnsafeMutablePointer<CEntry>, Key, Value) -> Void
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<CEntry>?>? {
    pointers(map.sorted { isBefore($0.key, $1.key) }) { pair in
      let entry = allocate(MemoryLayout<CEntry>.size).assumingMemoryBound(to: CEntry.self)
      fill(entry, pair.key, pair.value)
      return entry
    }
  }

  @inlinable
  func pointers<Element, Target>(
    _ elements: [Element],
    _ make: (Element) -> UnsafeMutablePointer<Target>
  ) -> UnsafeMutablePointer<UnsafeMutablePointer<Target>?>? {
    if elements.isEmpty { return nil }
    let target = allocate(elements.count * MemoryLayout<UnsafeRawPointer>.stride)
      .assumingMemoryBound(to: UnsafeMutablePointer<Target>?.self)
    for (index, element) in elements.enumerated() {
      (target + index).initialize(to: make(element))
    }
    return target
  }
}

/// The layout of protobuf-c's `ProtobufCBinaryData`.
@usableFromInline
struct BinaryData {
  @usableFromInline var count: Int
  @usableFromInline var data: UnsafeMutablePointer<UInt8>?

  @inlinable
  init(count: Int, data: UnsafeMutablePointer<UInt8>?) {
    self.count = count
    self.data = data
  }
}

private func memchrNUL(_ utf8: UnsafeBufferPointer<UInt8>) -> Bool { utf8.contains(0) }

private func replacingNULs(_ utf8: UnsafeBufferPointer<UInt8>) -> String {
  String(decoding: utf8.flatMap { $0 == 0 ? [0xEF, 0xBF, 0xBD] : [$0] }, as: UTF8.self)
}
