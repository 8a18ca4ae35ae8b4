/// How many values a body holds, so that their memory is asked for and reserved once, and
/// exactly, before they are read.
struct ValueCensus: Equatable {
  /// Texts, numbers, truth values and nulls; not the names of members.
  var valueCount = 0
  /// Of texts as they are written, which is never less than what they mean.
  var textBytes = 0
  /// Texts that a `String` keeps on the heap.
  var longTextCount = 0

  /// A `String` holds as many bytes in itself.
  static let inlineTextBytes = 15

  mutating func passedText(byteCount: Int) {
    valueCount += 1
    textBytes += byteCount
    if byteCount > ValueCensus.inlineTextBytes { longTextCount += 1 }
  }

  /// A number may have to become a word of a category: at most 24 digits, however it is written.
  mutating func passedNumber(byteCount: Int, hasExponent: Bool) {
    passedText(byteCount: hasExponent ? 24 : min(byteCount, 24))
  }
}
