import Tabular

/// Memory that the values of a body take until their call has ended, in bytes: gathered, laid out
/// for the encoder, and encoded. The body itself is not in it.
///
/// Weighed before anything is read. The table of numbers is exact to the allocator's rounding; that
/// of texts errs upwards by less than two. The gateway's contract tests compare them with what a
/// process really takes.
enum MemoryWeight {
  /// A number: itself and a mark for missing. It is sent from where it lies.
  private static let numberBytes = 8 + 1
  /// A text: its `String`, a mark, a pointer and the rounding of a copy for the encoder, the
  /// length in front of the encoded one.
  private static let textBytes = 16 + 1 + 8 + 16 + 3
  /// A text on the heap: the head of the block, and rounding.
  private static let longTextBytes = 48

  static func table(_ table: FittedTable, _ census: ValueCensus) -> Int {
    let textCount = table.textColumnCount
    let rowBytes = (table.columns.count - textCount) * numberBytes + textCount * textBytes
    let rowCount = census.valueCount / table.columns.count + 1
    guard textCount > 0 else { return rowCount * rowBytes }
    // Once as a `String`, once for the encoder, once encoded.
    return rowCount * rowBytes + census.textBytes * 3 + census.longTextCount * longTextBytes
  }

  /// Elements lie in one block, which is sent as it is; those of BYTES are slices of one, and are
  /// copied when they are encoded.
  static func tensor(_ type: ElementType, _ census: ValueCensus) -> Int {
    guard type == .bytes else { return census.valueCount * type.width }
    let sliceBytes = 24 + 8
    let encodingBytes = 16 + 3
    return census.valueCount * (sliceBytes + encodingBytes) + census.textBytes * 2
  }
}
