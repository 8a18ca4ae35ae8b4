/// A block of memory that byte slices share; it goes when the last slice does.
///
/// Whoever made the block may write to the part of it that no `Bytes` covers yet; what a `Bytes`
/// covers never changes again.
// `@unchecked`: the rule above makes every byte that two threads can see constant, and the two
// properties are `let`.
public final class ByteStorage: @unchecked Sendable {
  public let base: UnsafeMutableRawPointer
  public let capacity: Int
  private let release: (@Sendable (UnsafeMutableRawPointer) -> Void)?

  /// Uninitialised memory of `capacity` bytes (at least 1), aligned for any primitive type.
  public init(capacity: Int) {
    self.capacity = max(1, capacity)
    base = UnsafeMutableRawPointer.allocate(byteCount: self.capacity, alignment: 16)
    release = nil
  }

  /// Memory that someone else provided (a mapped file, a shared segment); `release` returns it.
  public init(
    adopting base: UnsafeMutableRawPointer,
    capacity: Int,
    release: @escaping @Sendable (UnsafeMutableRawPointer) -> Void
  ) {
    self.base = base
    self.capacity = capacity
    self.release = release
  }

  deinit {
    if let release { release(base) } else { base.deallocate() }
  }
}
