import Primitives

/// How the bytes of a file become numbers for a model that looks at its beginning and its end;
/// what magika's models take (google/magika, `_extract_features_from_seekable`).
public struct ByteWindowForm: Equatable, Sendable {
  /// Numbers from the beginning and from the end.
  public let beginningCount: Int
  public let endCount: Int
  /// How far from either end bytes are looked at.
  public let blockBytes: Int
  /// Stands where the content is too short; not a byte's value in general.
  public let padding: Int32
  /// Shorter content, before or after white space is taken off, does not go to the model.
  public let minimumBytes: Int

  /// Numbers of an item; their limit keeps one item's tensor below 4 MiB.
  public static let countLimit = 1 << 20

  /// Nil when the numbers make no sense: nothing to look at, or more than `countLimit`.
  public init?(
    beginningCount: Int,
    endCount: Int,
    blockBytes: Int,
    padding: Int32,
    minimumBytes: Int
  ) {
    guard beginningCount >= 0, endCount >= 0, beginningCount + endCount > 0,
      beginningCount + endCount <= ByteWindowForm.countLimit, blockBytes > 0, minimumBytes >= 0,
      minimumBytes <= max(1, beginningCount)
    else { return nil }
    self.beginningCount = beginningCount
    self.endCount = endCount
    self.blockBytes = blockBytes
    self.padding = padding
    self.minimumBytes = minimumBytes
  }

  public var count: Int { beginningCount + endCount }

  /// What is done with an item.
  public enum Outcome: Equatable, Sendable {
    /// `count` numbers were written for the model.
    case window
    /// It has no byte.
    case empty
    /// Too few bytes for the model: whether they are UTF-8 is all that can be said.
    case few(isText: Bool)
  }

  /// Looks at one item and writes its numbers to `target`, which has room for `count`, or does not
  /// touch it.
  public func write(
    _ content: UnsafeRawBufferPointer,
    to target: UnsafeMutableBufferPointer<Int32>
  ) -> Outcome {
    if content.isEmpty { return .empty }
    if content.count < minimumBytes { return .few(isText: ByteWindowForm.isText(content)) }
    let block = min(blockBytes, content.count)
    let first = ByteWindowForm.withoutLeadingSpace(content[..<block])
    // The position behind the minimum is padding when less than the minimum is left; when the
    // window itself is not wider than that, all of it counts.
    if minimumBytes > 0, first.count < minimumBytes {
      return .few(
        isText: ByteWindowForm.isText(UnsafeRawBufferPointer(rebasing: content[..<block]))
      )
    }
    let last = ByteWindowForm.withoutTrailingSpace(content[(content.count - block)...])
    var position = 0
    for byte in first.prefix(beginningCount) {
      target[position] = Int32(byte)
      position += 1
    }
    while position < beginningCount {
      target[position] = padding
      position += 1
    }
    let tail = last.suffix(endCount)
    for _ in 0..<(endCount - tail.count) {
      target[position] = padding
      position += 1
    }
    for byte in tail {
      target[position] = Int32(byte)
      position += 1
    }
    return .window
  }

  private static func isText(_ content: UnsafeRawBufferPointer) -> Bool {
    String(validating: content, as: UTF8.self) != nil
  }

  /// Blank, tab, line feed, vertical tab, form feed, carriage return: what Python strips of bytes.
  private static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte)
  }

  private static func withoutLeadingSpace(
    _ content: Slice<UnsafeRawBufferPointer>
  ) -> Slice<UnsafeRawBufferPointer> {
    content.drop(while: isSpace)
  }

  private static func withoutTrailingSpace(
    _ content: Slice<UnsafeRawBufferPointer>
  ) -> Slice<UnsafeRawBufferPointer> {
    var end = content.endIndex
    while end > content.startIndex, isSpace(content[end - 1]) { end -= 1 }
    return content[content.startIndex..<end]
  }
}
