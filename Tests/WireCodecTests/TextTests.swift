import Primitives
import TestProtocols
import Testing
import WireCodec

@Suite("Text on the wire")
struct TextTests {
  private func reason(_ content: [UInt8]) -> DecodeError.Reason? {
    do throws(DecodeError) {
      let message = WireBuilder { $0.delimited(1, content) }.message
      let text = try EchoRequest(decoding: message).text
      #expect(Array(text.utf8) == content)
      return nil
    } catch { return error.reason }
  }

  @Test(
    "every Unicode scalar at the edges of its width is read",
    arguments: [
      "\u{1}", "\u{7F}", "\u{80}", "\u{7FF}", "\u{800}", "\u{FFFF}", "\u{D7FF}", "\u{E000}",
      "\u{10000}", "\u{10FFFF}", "e\u{301}", "12345678", "1234567ß", "12345678ß", "ß12345678",
    ]
  )
  func valid(text: String) {
    #expect(reason(Array(text.utf8)) == nil)
    #expect(reason(Array("long enough for a word: \(text) and more of it".utf8)) == nil)
  }

  static let malformedTexts: [[UInt8]] = [
    [0x80], [0xBF], [0xC0, 0x80], [0xC1, 0xBF], [0xC2], [0xC2, 0x41], [0xE0, 0x80, 0x80],
    [0xE0, 0x9F, 0xBF], [0xE1, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF], [0xEF, 0xBF],
    [0xF0, 0x80, 0x80, 0x80], [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80],
    [0xF5, 0x80, 0x80, 0x80], [0xF0, 0x9F, 0x92], [0xFE], [0xFF],
  ]

  @Test("what is not UTF-8 is refused at every place of a word", arguments: malformedTexts)
  func invalid(bytes: [UInt8]) {
    for before in 0..<17 {
      let prefix = [UInt8](repeating: 0x61, count: before)
      #expect(reason(prefix + bytes) == .invalidUTF8)
      #expect(reason(prefix + bytes + prefix) == .invalidUTF8)
    }
  }

  @Test("NUL is refused at every place of a word")
  func nul() {
    for before in 0..<17 {
      let prefix = [UInt8](repeating: 0x61, count: before)
      #expect(reason(prefix + [0]) == .nulInText)
      #expect(reason(prefix + [0] + prefix) == .nulInText)
      #expect(reason(Array("ß".utf8) + prefix + [0] + prefix) == .nulInText)
    }
  }

  @Test("every two bytes are judged as Swift judges them")
  func allPairs() {
    for first in UInt8(1)...255 {
      for second in [0x01, 0x41, 0x7F, 0x80, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF] as [UInt8] {
        let isText = String(validating: [first, second], as: UTF8.self) != nil
        #expect((reason([first, second]) == nil) == isText, "\(first) \(second)")
      }
    }
  }

  @Test("keys of maps, lists and members of oneofs are checked too")
  func everywhere() {
    let bad: [UInt8] = [0xFF]
    let messages = [
      WireBuilder { $0.message(10) { $0.delimited(1, bad) } },
      WireBuilder { $0.message(11) { $0.delimited(2, bad) } },
      WireBuilder { $0.delimited(4, bad) },
      WireBuilder { $0.message(6) { $0.delimited(4, bad) } },
    ]
    for message in messages {
      let error = #expect(throws: DecodeError.self) { try Shapes(decoding: message.message) }
      #expect(error?.reason == .invalidUTF8)
    }
    let list = WireBuilder { $0.delimited(34, bad) }
    #expect(throws: DecodeError.self) { try Scalars(decoding: list.message) }
  }
}
