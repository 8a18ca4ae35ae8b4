/// An immutable run of bytes: a slice of a shared block. Copying and slicing cost one retain.
///
/// This is the currency between the transport, the codec and handlers; a tensor travels as one of
/// these from the TLS record to the engine without being copied.
public struct Bytes: Sendable {
  /// Nil exactly when `count` is 0.
  @usableFromInline let storage: ByteStorage?
  @usableFromInline let offset: Int
  public let count: Int

  @inlinable
  public init() {
    storage = nil
    offset = 0
    count = 0
  }

  /// The bytes `[offset, offset + count)` of `storage`, which from now on never change.
  @inlinable
  public init(storage: ByteStorage, offset: Int, count: Int) {
    precondition(offset >= 0 && count >= 0 && offset <= storage.capacity - count)
    self.storage = count == 0 ? nil : storage
    self.offset = count == 0 ? 0 : offset
    self.count = count
  }

  /// A copy of `source`.
  @inlinable
  public init(copying source: UnsafeRawBufferPointer) {
    guard let start = source.baseAddress, source.count > 0 else {
      self.init()
      return
    }
    let storage = ByteStorage(capacity: source.count)
    storage.base.copyMemory(from: start, byteCount: source.count)
    self.init(storage: storage, offset: 0, count: source.count)
  }

  @inlinable
  public init(_ bytes: some Sequence<UInt8>) {
    if let copied = bytes.withContiguousStorageIfAvailable({ Bytes(copying: .init($0)) }) {
      self = copied
    } else {
      self = Array(bytes).withUnsafeBytes { Bytes(copying: $0) }
    }
  }

  @inlinable
  public init(_ text: some StringProtocol) { self.init(text.utf8) }

  /// A new block of `capacity` bytes that `body` fills; `body` answers how many it wrote.
  @inlinable
  public init<Failure: Error>(
    capacity: Int,
    _ body: (UnsafeMutableRawBufferPointer) throws(Failure) -> Int
  ) throws(Failure) {
    let storage = ByteStorage(capacity: capacity)
    let written = try body(UnsafeMutableRawBufferPointer(start: storage.base, count: capacity))
    self.init(storage: storage, offset: 0, count: written)
  }

  @inlinable public var isEmpty: Bool { count == 0 }

  @inlinable
  public subscript(index: Int) -> UInt8 {
    precondition(index >= 0 && index < count, "index out of range")
    return withUnsafeBytes { $0[index] }
  }

  /// A slice that shares the block; positions count from the start of this run.
  @inlinable
  public func slice(_ range: Range<Int>) -> Bytes {
    precondition(range.lowerBound >= 0 && range.upperBound <= count, "slice out of range")
    guard let storage, !range.isEmpty else { return Bytes() }
    return Bytes(storage: storage, offset: offset + range.lowerBound, count: range.count)
  }

  @inlinable
  public func withUnsafeBytes<Result, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    guard let storage else { return try body(UnsafeRawBufferPointer(start: nil, count: 0)) }
    defer { withExtendedLifetime(storage) {} }
    return try body(
      UnsafeRawBufferPointer(start: UnsafeRawPointer(storage.base + offset), count: count)
    )
  }

  /// The text, or nil when the bytes are not UTF-8.
  @inlinable
  public var utf8Text: String? { withUnsafeBytes { String(validating: $0, as: UTF8.self) } }

  @inlinable
  public var array: [UInt8] { withUnsafeBytes { [UInt8]($0) } }
}

extension Bytes: Hashable {
  public static func == (left: Bytes, right: Bytes) -> Bool {
    guard left.count == right.count else { return false }
    return left.withUnsafeBytes { l in right.withUnsafeBytes { r in l.elementsEqual(r) } }
  }

  public func hash(into hasher: inout Hasher) {
    withUnsafeBytes { hasher.combine(bytes: $0) }
  }
}

extension Bytes: ExpressibleByArrayLiteral {
  public init(arrayLiteral elements: UInt8...) { self.init(elements) }
}

extension Bytes: CustomStringConvertible {
  /// The length and the first 16 bytes in hexadecimal: enough to recognise, never a flood.
  public var description: String {
    let digits = Array("0123456789abcdef")
    let head = withUnsafeBytes { bytes in
      bytes.prefix(16).map { "\(digits[Int($0 >> 4)])\(digits[Int($0 & 15)])" }.joined()
    }
    return "\(count) bytes" + (count == 0 ? "" : " \(head)\(count > 16 ? "…" : "")")
  }
}
