import Primitives

/// What generated code calls to read protobuf-c's structs.
public enum Unpacked {
  @inlinable
  public static func text(_ text: UnsafePointer<CChar>?) -> String {
    guard let text, text.pointee != 0 else { return "" }
    return String(cString: text)
  }

  @inlinable
  public static func texts(
    _ texts: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?,
    _ count: Int
  ) -> [String] {
    list(texts, count) { text($0) }
  }

  @inlinable
  public static func array<Element: BitwiseCopyable>(
    _ values: UnsafeMutablePointer<Element>?,
    _ count: Int
  ) -> [Element] {
    guard let values, count > 0 else { return [] }
    return Array(UnsafeBufferPointer(start: values, count: count))
  }

  /// Fixed-width numbers; a large list is still in `source`, where the scanner left it.
  @inlinable
  public static func fixedArray<Element: BitwiseCopyable>(
    _ values: UnsafeMutablePointer<Element>?,
    _ count: Int,
    _ source: Bytes
  ) -> [Element] {
    guard let values, count > 0 else { return [] }
    let stride = MemoryLayout<Element>.stride
    guard count * stride == LiftedList.byteCount, let list = LiftedList.read(values) else {
      return Array(UnsafeBufferPointer(start: values, count: count))
    }
    return source.withUnsafeBytes { whole in
      let bytes = UnsafeRawBufferPointer(rebasing: whole[list.offset..<list.offset + list.count])
      return Array(unsafeUninitializedCapacity: list.count / stride) { target, written in
        UnsafeMutableRawBufferPointer(target).copyMemory(from: bytes)
        written = list.count / stride
      }
    }
  }

  @inlinable
  public static func flags(_ values: UnsafeMutablePointer<Int32>?, _ count: Int) -> [Bool] {
    guard let values, count > 0 else { return [] }
    return UnsafeBufferPointer(start: values, count: count).map { $0 != 0 }
  }

  @inlinable
  public static func enums<Value: WireEnum, CEnum>(
    _ values: UnsafeMutablePointer<CEnum>?,
    _ count: Int
  ) -> [Value] {
    precondition(MemoryLayout<CEnum>.size == 4)
    guard let values, count > 0 else { return [] }
    let numbers = UnsafeRawPointer(values).assumingMemoryBound(to: Int32.self)
    return UnsafeBufferPointer(start: numbers, count: count).map { Value(rawValue: $0) }
  }

  /// A copy.
  @inlinable
  public static func bytes(_ data: UnsafeMutablePointer<UInt8>?, _ count: Int) -> Bytes {
    guard let data, count > 0 else { return Bytes() }
    return Bytes(copying: UnsafeRawBufferPointer(start: data, count: count))
  }

  /// A slice of `source`: the scanner put offset and length in the place of the field's content
  /// when that had at least `SlicePlaceholder.byteCount` bytes; shorter content stands for itself.
  @inlinable
  public static func slice(
    _ data: UnsafeMutablePointer<UInt8>?,
    _ count: Int,
    _ source: Bytes
  ) -> Bytes {
    guard let data, count == SlicePlaceholder.byteCount else { return bytes(data, count) }
    let placeholder = UnsafeRawPointer(data).loadUnaligned(as: SlicePlaceholder.self)
    return source.slice(placeholder.offset..<placeholder.offset + placeholder.count)
  }

  @inlinable
  public static func byteStrings<CData>(
    _ values: UnsafeMutablePointer<CData>?,
    _ count: Int,
    slicing source: Bytes?
  ) -> [Bytes] {
    precondition(MemoryLayout<CData>.stride == MemoryLayout<BinaryData>.stride)
    guard let values, count > 0 else { return [] }
    let items = UnsafeRawPointer(values).assumingMemoryBound(to: BinaryData.self)
    return UnsafeBufferPointer(start: items, count: count).map { item in
      if let source { slice(item.data, item.count, source) } else { bytes(item.data, item.count) }
    }
  }

  @inlinable
  public static func message<Message: CBackedMessage, CMessage>(
    _ message: UnsafeMutablePointer<CMessage>?,
    _ source: Bytes
  ) -> Message? {
    guard let message else { return nil }
    return Message(unpacked: UnsafeRawPointer(message), source: source)
  }

  @inlinable
  public static func messages<Message: CBackedMessage, CMessage>(
    _ messages: UnsafeMutablePointer<UnsafeMutablePointer<CMessage>?>?,
    _ count: Int,
    _ source: Bytes
  ) -> [Message] {
    list(messages, count) { Message(unpacked: UnsafeRawPointer($0), source: source) }
  }

  /// Of entries with equal keys the last one counts.
  @inlinable
  public static func map<Key: Hashable, Value, CEntry>(
    _ entries: UnsafeMutablePointer<UnsafeMutablePointer<CEntry>?>?,
    _ count: Int,
    _ read: (UnsafeMutablePointer<CEntry>) -> (Key, Value)
  ) -> [Key: Value] {
    guard let entries, count > 0 else { return [:] }
    var result: [Key: Value] = [:]
    for index in 0..<count {
      guard let entry = entries[index] else { continue }
      let (key, value) = read(entry)
      result[key] = value
    }
    return result
  }

  @inlinable
  static func list<Item, Element>(
    _ items: UnsafeMutablePointer<UnsafeMutablePointer<Item>?>?,
    _ count: Int,
    _ read: (UnsafeMutablePointer<Item>) -> Element
  ) -> [Element] {
    guard let items, count > 0 else { return [] }
    var result: [Element] = []
    result.reserveCapacity(count)
    for index in 0..<count {
      // protobuf-c sets every pointer of a list that it unpacked.
      guard let item = items[index] else { continue }
      result.append(read(item))
    }
    return result
  }
}

/// Stands in the bytes that protobuf-c reads for the content of a sliced field.
@usableFromInline
struct SlicePlaceholder {
  @usableFromInline static var byteCount: Int { 16 }
  @usableFromInline var offset: Int
  @usableFromInline var count: Int

  @usableFromInline
  init(offset: Int, count: Int) {
    self.offset = offset
    self.count = count
  }
}
