import Primitives

/// Reads JSON (RFC 8259) from front to end, one value after the other, without building a tree: a
/// body of many numbers goes straight into columns and tensors.
///
/// Bounded by its input; nesting by `maximumDepth`. Everything that is not JSON throws with the
/// byte where it is.
struct JSONReader {
  static let maximumDepth = 64

  private let bytes: UnsafeRawBufferPointer
  private(set) var position = 0
  /// What `skip` has passed over since somebody last set it back.
  var census = ValueCensus()

  /// `bytes` must stay for as long as the reader is used.
  init(_ bytes: UnsafeRawBufferPointer, from position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  enum Kind: String {
    case object = "an object"
    case array = "an array"
    case text = "a text"
    case number = "a number"
    case bool = "true or false"
    case null = "null"
  }

  // MARK: What comes

  private mutating func skipSpace() {
    while position < bytes.count {
      switch bytes[position] {
      case 0x20, 0x09, 0x0A, 0x0D: position += 1
      default: return
      }
    }
  }

  /// The kind of the next value, which is not taken.
  mutating func peek() throws(InvocationProblem) -> Kind {
    skipSpace()
    guard position < bytes.count else {
      throw .json("the text ends where a value begins", at: position)
    }
    switch bytes[position] {
    case UInt8(ascii: "{"): return .object
    case UInt8(ascii: "["): return .array
    case UInt8(ascii: "\""): return .text
    case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
    case UInt8(ascii: "n"): return .null
    case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
    default: throw .json("no JSON value begins here", at: position)
    }
  }

  /// Nothing but space may follow.
  mutating func expectEnd() throws(InvocationProblem) {
    skipSpace()
    guard position == bytes.count else { throw .json("something follows the value", at: position) }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    skipSpace()
    guard position < bytes.count, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  // MARK: Objects and arrays

  /// Calls `member` with each name, in order; it must take the value. Names may repeat.
  mutating func object(
    _ member: (inout JSONReader, String) throws(InvocationProblem) -> Void
  ) throws(InvocationProblem) {
    guard take(UInt8(ascii: "{")) else { throw .json("expected an object", at: position) }
    if take(UInt8(ascii: "}")) { return }
    while true {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw .json("expected the name of a member", at: position)
      }
      let name = try text()
      guard take(UInt8(ascii: ":")) else { throw .json("expected a colon", at: position) }
      try member(&self, name)
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")) else {
        throw .json("expected a comma or the end of the object", at: position)
      }
      return
    }
  }

  /// Calls `element` with each index, in order; it must take the value.
  mutating func array(
    _ element: (inout JSONReader, Int) throws(InvocationProblem) -> Void
  ) throws(InvocationProblem) {
    guard take(UInt8(ascii: "[")) else { throw .json("expected an array", at: position) }
    if take(UInt8(ascii: "]")) { return }
    var index = 0
    while true {
      try element(&self, index)
      index += 1
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else {
        throw .json("expected a comma or the end of the array", at: position)
      }
      return
    }
  }

  /// Takes the bracket in front of an array's first element; false when it has none.
  mutating func enterArray() throws(InvocationProblem) -> Bool {
    guard take(UInt8(ascii: "[")) else { throw .json("expected an array", at: position) }
    return !take(UInt8(ascii: "]"))
  }

  /// Passes over one value, and counts what it holds. Allocates nothing for plain texts.
  mutating func skip(depth: Int = 0) throws(InvocationProblem) {
    guard depth < JSONReader.maximumDepth else { throw .json("nested too deeply", at: position) }
    switch try peek() {
    case .object: try skipObject(depth)
    case .array:
      try array { (reader, _) throws(InvocationProblem) in try reader.skip(depth: depth + 1) }
    case .text: census.passedText(byteCount: try skipText())
    case .number:
      let range = try numberRange()
      census.passedNumber(
        byteCount: range.count,
        hasExponent: bytes[range].contains { $0 | 0x20 == UInt8(ascii: "e") }
      )
    case .bool:
      _ = try bool()
      census.valueCount += 1
    case .null:
      try null()
      census.valueCount += 1
    }
  }

  private mutating func skipObject(_ depth: Int) throws(InvocationProblem) {
    guard take(UInt8(ascii: "{")) else { throw .json("expected an object", at: position) }
    if take(UInt8(ascii: "}")) { return }
    while true {
      skipSpace()
      guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
        throw .json("expected the name of a member", at: position)
      }
      _ = try skipText()
      guard take(UInt8(ascii: ":")) else { throw .json("expected a colon", at: position) }
      try skip(depth: depth + 1)
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")) else {
        throw .json("expected a comma or the end of the object", at: position)
      }
      return
    }
  }

  /// The length of a text as it is written, without its quotes.
  private mutating func skipText() throws(InvocationProblem) -> Int {
    skipSpace()
    let start = position
    var index = position + 1
    while index < bytes.count, bytes[index] >= 0x20, bytes[index] < 0x80,
      bytes[index] != UInt8(ascii: "\\")
    {
      guard bytes[index] != UInt8(ascii: "\"") else {
        position = index + 1
        return index - start - 1
      }
      index += 1
    }
    // Escapes, other letters, and what is wrong with it.
    _ = try text()
    return position - start - 2
  }

  /// The value that begins at `start` and ended here as it is written, for a message.
  func written(from start: Int) -> String {
    let slice = bytes[start..<min(position, start + 40)]
    let text = String(decoding: UnsafeRawBufferPointer(rebasing: slice), as: UTF8.self)
    return position - start > 40 ? text + "…" : text
  }

  // MARK: Words

  mutating func null() throws(InvocationProblem) { try word("null") }

  mutating func bool() throws(InvocationProblem) -> Bool {
    skipSpace()
    if position < bytes.count, bytes[position] == UInt8(ascii: "t") {
      try word("true")
      return true
    }
    try word("false")
    return false
  }

  private mutating func word(_ word: StaticString) throws(InvocationProblem) {
    skipSpace()
    let count = word.utf8CodeUnitCount
    guard bytes.count - position >= count,
      (0..<count).allSatisfy({ bytes[position + $0] == word.utf8Start[$0] })
    else { throw .json("expected \(word)", at: position) }
    position += count
  }

  // MARK: Numbers

  /// The bytes of a number, checked by JSON's grammar.
  private mutating func numberRange() throws(InvocationProblem) -> Range<Int> {
    skipSpace()
    let start = position
    var index = position
    func isDigit(_ index: Int) -> Bool { index < bytes.count && bytes[index] &- 48 < 10 }
    if index < bytes.count, bytes[index] == UInt8(ascii: "-") { index += 1 }
    guard isDigit(index) else { throw .json("expected a number", at: start) }
    if bytes[index] == UInt8(ascii: "0"), isDigit(index + 1) {
      throw .json("a number must not begin with 0", at: start)
    }
    while isDigit(index) { index += 1 }
    if index < bytes.count, bytes[index] == UInt8(ascii: ".") {
      index += 1
      guard isDigit(index) else { throw .json("digits must follow the point", at: index) }
      while isDigit(index) { index += 1 }
    }
    if index < bytes.count, bytes[index] | 0x20 == UInt8(ascii: "e") {
      index += 1
      if index < bytes.count, bytes[index] == UInt8(ascii: "+") || bytes[index] == UInt8(ascii: "-")
      {
        index += 1
      }
      guard isDigit(index) else { throw .json("digits must follow the exponent", at: index) }
      while isDigit(index) { index += 1 }
    }
    guard index - start <= 1024 else { throw .json("a number of more than 1024 digits", at: start) }
    position = index
    return start..<index
  }

  mutating func number() throws(InvocationProblem) -> Double {
    let range = try numberRange()
    guard let value = NumberText.double(UnsafeRawBufferPointer(rebasing: bytes[range])),
      value.isFinite
    else { throw .json("the number is too large for 64 bits", at: range.lowerBound) }
    return value
  }

  /// A number as its text, for those who want whole ones exactly.
  mutating func numberText() throws(InvocationProblem) -> (text: Substring, offset: Int) {
    let range = try numberRange()
    let slice = UnsafeRawBufferPointer(rebasing: bytes[range])
    return (Substring(decoding: slice, as: UTF8.self), range.lowerBound)
  }

  // MARK: Texts

  mutating func text() throws(InvocationProblem) -> String {
    skipSpace()
    let start = position
    guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
      throw .json("expected a text", at: start)
    }
    position += 1
    let first = position
    while position < bytes.count {
      switch bytes[position] {
      case UInt8(ascii: "\""):
        let run = UnsafeRawBufferPointer(rebasing: bytes[first..<position])
        guard let text = String(validating: run, as: UTF8.self) else {
          throw .json("a text that is not UTF-8", at: start)
        }
        position += 1
        return text
      case UInt8(ascii: "\\"): return try escapedText(from: first)
      case 0..<0x20: throw .json("a control character in a text", at: position)
      default: position += 1
      }
    }
    throw .json("a text without its end", at: start)
  }

  private mutating func escapedText(from first: Int) throws(InvocationProblem) -> String {
    var result = Array(bytes[first..<position])
    while position < bytes.count {
      let byte = bytes[position]
      switch byte {
      case UInt8(ascii: "\""):
        guard let text = String(validating: result, as: UTF8.self) else {
          throw .json("a text that is not UTF-8", at: first - 1)
        }
        position += 1
        return text
      case UInt8(ascii: "\\"): try appendEscape(to: &result)
      case 0..<0x20: throw .json("a control character in a text", at: position)
      default:
        result.append(byte)
        position += 1
      }
    }
    throw .json("a text without its end", at: first - 1)
  }

  private mutating func appendEscape(to result: inout [UInt8]) throws(InvocationProblem) {
    let start = position
    guard position + 1 < bytes.count else { throw .json("a text without its end", at: start) }
    position += 2
    switch bytes[start + 1] {
    case UInt8(ascii: "\""): result.append(UInt8(ascii: "\""))
    case UInt8(ascii: "\\"): result.append(UInt8(ascii: "\\"))
    case UInt8(ascii: "/"): result.append(UInt8(ascii: "/"))
    case UInt8(ascii: "b"): result.append(0x08)
    case UInt8(ascii: "f"): result.append(0x0C)
    case UInt8(ascii: "n"): result.append(0x0A)
    case UInt8(ascii: "r"): result.append(0x0D)
    case UInt8(ascii: "t"): result.append(0x09)
    case UInt8(ascii: "u"):
      var code = try hexDigits()
      if (0xD800..<0xDC00).contains(code) {
        guard position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
          bytes[position + 1] == UInt8(ascii: "u")
        else { throw .json("half of a surrogate pair", at: start) }
        position += 2
        let low = try hexDigits()
        guard (0xDC00..<0xE000).contains(low) else {
          throw .json("half of a surrogate pair", at: start)
        }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else {
        throw .json("half of a surrogate pair", at: start)
      }
      result += Array(String(Character(scalar)).utf8)
    default: throw .json("an escape that JSON does not have", at: start)
    }
  }

  private mutating func hexDigits() throws(InvocationProblem) -> UInt32 {
    guard bytes.count - position >= 4,
      let value = UInt32(
        String(
          decoding: UnsafeRawBufferPointer(rebasing: bytes[position..<(position + 4)]),
          as: UTF8.self
        ),
        radix: 16
      ), bytes[position] != UInt8(ascii: "+"), bytes[position] != UInt8(ascii: "-")
    else { throw .json("expected four hexadecimal digits", at: position) }
    position += 4
    return value
  }
}
