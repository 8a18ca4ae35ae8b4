/// The fuzzer's bytes, taken from the front as choices and from what is left as content. Choices
/// are 0 when nothing is left, so that every input means something.
struct FuzzBytes {
  private var rest: Slice<UnsafeBufferPointer<UInt8>>

  init(_ start: UnsafePointer<UInt8>?, _ count: Int) {
    rest = UnsafeBufferPointer(start: start, count: start == nil ? 0 : count)[...]
  }

  var isEmpty: Bool { rest.isEmpty }
  var count: Int { rest.count }

  mutating func byte() -> UInt8 { rest.popFirst() ?? 0 }

  mutating func flag() -> Bool { byte() & 1 == 1 }

  /// From two bytes; 0 when `limit` is.
  mutating func number(below limit: Int) -> Int {
    let number = Int(byte()) | Int(byte()) << 8
    return limit > 0 ? number % limit : 0
  }

  mutating func pick<Element>(_ choices: [Element]) -> Element {
    choices[Int(byte()) % choices.count]
  }

  /// At most `count` bytes as they are.
  mutating func take(_ count: Int) -> [UInt8] {
    let part = Array(rest.prefix(count))
    rest = rest.dropFirst(count)
    return part
  }

  mutating func takeAll() -> [UInt8] { take(rest.count) }
}

/// What must hold for every input. When it does not, the fuzzer keeps the input and says how to
/// run it again.
@inline(__always)
func require(_ condition: Bool, _ message: @autoclosure () -> String, line: UInt = #line) {
  if condition { return }
  broken(message(), line)
}

@inline(never)
private func broken(_ message: String, _ line: UInt) -> Never {
  // Ends the process on purpose: this is how libFuzzer learns of a finding.
  fatalError("does not hold (line \(line)): \(message)")
}
