/// Stands in the bytes that protobuf-c reads for the content of a large packed list of fixed-width
/// numbers, as 4 or 8 numbers that say where the list lies.
///
/// Honest numbers could look the same, so it begins with a secret of this process: a peer that
/// cannot guess 128 random bits cannot make short lists that pass for long ones.
@usableFromInline
struct LiftedList {
  /// From this size on, looking twice costs less than copying twice.
  static let minimumBytes = 16 * 1024
  @usableFromInline static var byteCount: Int { 32 }
  private static let secret = (UInt64.random(in: .min ... .max), UInt64.random(in: .min ... .max))

  private let first: UInt64
  private let second: UInt64
  @usableFromInline let offset: Int
  @usableFromInline let count: Int

  init(offset: Int, count: Int) {
    (first, second) = LiftedList.secret
    self.offset = offset
    self.count = count
  }

  /// The placeholder at `start`, or nil when these are numbers.
  @usableFromInline
  static func read(_ start: UnsafeRawPointer) -> LiftedList? {
    let list = start.loadUnaligned(as: LiftedList.self)
    return (list.first, list.second) == secret ? list : nil
  }
}
