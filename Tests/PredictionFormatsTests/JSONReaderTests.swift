import Primitives
import Testing

@testable import PredictionFormats

@Suite("Reading JSON")
struct JSONReaderTests {
  /// What went wrong with skipping over a text; nil when it is JSON.
  static func problem(_ text: String) -> InvocationProblem? {
    Array(text.utf8).withUnsafeBytes { bytes in
      var reader = JSONReader(bytes)
      do throws(InvocationProblem) {
        try reader.skip()
        try reader.expectEnd()
        return nil
      } catch { return error }
    }
  }

  static let whole =
    #" {"a": [1, -2.5e+3, 0, true, false, null, {"b": "x\u00e4\"\\\n\ud83d\ude00"}], "#
    + #""": {} , "c":[]} "#

  @Test("what RFC 8259 allows is read")
  func allowed() {
    for text in [
      Self.whole, "0", "-0", "1e9", "1E-9", "0.5", "\"\"", "[]", "{}", "[[[]]]", "\t1\r\n",
    ] {
      #expect(Self.problem(text) == nil, "\(text)")
    }
  }

  @Test("a text that is cut at any byte is an error and no crash")
  func cut() {
    let text = String(Self.whole.dropLast(2))
    for end in 0..<text.utf8.count {
      let bytes = Array(text.utf8.prefix(end))
      let problem = bytes.withUnsafeBytes { bytes in
        var reader = JSONReader(bytes)
        do throws(InvocationProblem) {
          try reader.skip()
          return nil as InvocationProblem?
        } catch { return error }
      }
      #expect(problem?.kind == .malformed, "cut at \(end)")
    }
  }

  @Test(
    "what RFC 8259 does not allow is refused",
    arguments: [
      "", "01", "-", "+1", ".5", "1.", "1e", "NaN", "Infinity", "tru", "nul", "[1,]", "[1 2]",
      "{\"a\"}", "{\"a\":}", "{a:1}", "{\"a\":1,}", "'a'", "\"\n\"", "\"\\x\"", "\"\\u12\"",
      "\"\\ud800\"", "\"\\ud800\\u0041\"", "\"\\udc00\"", "\"\\u+123\"", "1 2", "[", "]", "//",
    ]
  )
  func refused(text: String) { #expect(Self.problem(text)?.kind == .malformed) }

  @Test("bytes that are not UTF-8 are refused in texts, plain and escaped")
  func encoding() {
    for bytes in [[0x22, 0xFF, 0x22], [0x22, 0x5C, 0x6E, 0xC0, 0x80, 0x22]] as [[UInt8]] {
      let isRefused = bytes.withUnsafeBytes { bytes in
        var reader = JSONReader(bytes)
        return (try? reader.text()) == nil
      }
      #expect(isRefused)
    }
  }

  @Test("nesting has an end")
  func depth() {
    func nested(_ count: Int) -> String {
      String(repeating: "[", count: count) + String(repeating: "]", count: count)
    }
    #expect(Self.problem(nested(JSONReader.maximumDepth)) == nil)
    #expect(Self.problem(nested(100_000))?.message.contains("too deeply") == true)
  }

  @Test("numbers are the nearest ones, as the standard library has them")
  func numbers() {
    var generator = SeededGenerator(seed: 7)
    var texts = [
      "0", "-0", "1", "9007199254740993", "0.1", "1e22", "1e23", "123456789012345678901234567890",
      "2.2250738585072011e-308", "1.7976931348623157e308", "5e-324", "1e-400", "0.000001e5",
      "8.5e-7", "3.0e0", "1e-9223372036854775808", "1e-9223372036854775809",
    ]
    for _ in 0..<2000 {
      let value = Double(bitPattern: UInt64.random(in: .min ... .max, using: &generator))
      if value.isFinite { texts.append("\(value)") }
      let digits = Int.random(in: -99_999_999...99_999_999, using: &generator)
      texts.append("\(digits)e\(Int.random(in: -40...40, using: &generator))")
      texts.append("\(Double(digits) / 1000)")
    }
    for text in texts {
      let read = Array(text.utf8).withUnsafeBytes { NumberText.double($0) }
      #expect(read?.bitPattern == Double(text)?.bitPattern, "\(text)")
    }
    #expect(Self.number("1e999") == nil)
  }

  private static func number(_ text: String) -> Double? {
    Array(text.utf8).withUnsafeBytes { bytes in
      var reader = JSONReader(bytes)
      return try? reader.number()
    }
  }
}
