import Primitives
import Testing

@Suite struct TraceContextTests {
  /// The examples of https://www.w3.org/TR/trace-context/.
  static let example = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"

  @Test("The standard's examples are read and written as they stand")
  func examples() throws {
    let sampled = try #require(TraceContext(Self.example))
    #expect(sampled.traceHigh == 0x4bf9_2f35_77b3_4da6)
    #expect(sampled.traceLow == 0xa3ce_929d_0e0e_4736)
    #expect(sampled.span == 0x00f0_67aa_0ba9_02b7)
    #expect(sampled.isSampled)
    #expect(sampled.text == Self.example)
    let plain = try #require(
      TraceContext("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-00")
    )
    #expect(!plain.isSampled)
    #expect(plain.text.utf8.count == TraceContext.textBytes)
  }

  @Test("Flags that version 00 does not define are not judged, nor passed on")
  func flags() throws {
    let context = try #require(TraceContext(Self.example.dropLast(2) + "ff"))
    #expect(context.isSampled)
    #expect(context.text == Self.example)
    #expect(try #require(TraceContext(Self.example.dropLast(2) + "fe")).isSampled == false)
  }

  @Test("A later version is read by what version 00 defines")
  func laterVersions() throws {
    let rest = Self.example.dropFirst(2)
    #expect(TraceContext("01" + rest)?.span == 0x00f0_67aa_0ba9_02b7)
    #expect(TraceContext("cc" + rest + "-what-the-future-will-be-like")?.isSampled == true)
    #expect(TraceContext("cc" + rest + "-")?.isSampled == true)
    #expect(TraceContext("01" + rest + ".what") == nil)
    #expect(TraceContext("01" + rest + "1") == nil)
  }

  @Test(
    "What the standard forbids counts as absent",
    arguments: [
      "", "00", "00-",
      "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
      "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00F067AA0BA902B7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e473-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e47366-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e473g-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902bx-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0x",
      "0x-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-1",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-what",
      "00_4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736_00f067aa0ba902b7-01",
      "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7_01",
      " 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-0",
    ]
  )
  func malformed(text: String) {
    #expect(TraceContext(text) == nil)
  }

  @Test("Every byte at every place is taken exactly when the standard allows it there")
  func everyByte() throws {
    let example = Array(Self.example.utf8)
    for place in example.indices {
      for byte in UInt8.min...UInt8.max {
        var text = example
        text[place] = byte
        let isDash = [2, 35, 52].contains(place)
        let isDigit = "0123456789abcdef".utf8.contains(byte)
        // Version ff is the one that is forbidden; it needs two places to be changed.
        let isAllowed = isDash ? byte == UInt8(ascii: "-") : isDigit
        let read = text.withUnsafeBytes { TraceContext($0) }
        #expect((read != nil) == isAllowed, "byte \(byte) at \(place)")
        guard let read, (3..<52).contains(place) else { continue }
        #expect(Array(read.text.utf8) == text, "byte \(byte) at \(place)")
      }
    }
  }

  @Test("Whatever numbers a context has, its text gives them back")
  func numbers() {
    var generator = SeededGenerator(seed: 8)
    for _ in 0..<500 {
      var context = TraceContext(using: &generator)
      context.traceHigh >>= UInt64.random(in: 0..<64, using: &generator)
      context.isSampled = Bool.random(using: &generator)
      #expect(TraceContext(context.text) == context, "\(context.text)")
      let digits = [context.traceHigh, context.traceLow, context.span].map { number in
        let text = String(number, radix: 16)
        return String(repeating: "0", count: 16 - text.utf8.count) + text
      }
      #expect(
        context.text
          == "00-\(digits[0])\(digits[1])-\(digits[2])-0\(context.isSampled ? 1 : 0)"
      )
    }
  }

  @Test("A trace's start is never all zero, and a child is another span of the same trace")
  func children() {
    struct Zeros: RandomNumberGenerator { mutating func next() -> UInt64 { 0 } }
    var zeros = Zeros()
    let first = TraceContext(using: &zeros)
    #expect(TraceContext(first.text) == first)
    var generator = SeededGenerator(seed: 4)
    var parent = TraceContext(using: &generator)
    parent.isSampled = true
    let child = parent.child(using: &generator)
    #expect(child.span != parent.span)
    #expect((child.traceHigh, child.traceLow) == (parent.traceHigh, parent.traceLow))
    #expect(child.isSampled)
  }
}
