import InferenceCore
import Testing

@Suite("The window of bytes that a model of file types sees")
struct ByteWindowTests {
  private func form(
    _ beginning: Int = 4,
    _ end: Int = 3,
    block: Int = 8,
    minimum: Int = 2
  ) throws -> ByteWindowForm {
    try #require(
      ByteWindowForm(
        beginningCount: beginning,
        endCount: end,
        blockBytes: block,
        padding: 256,
        minimumBytes: minimum
      )
    )
  }

  private func look(
    _ form: ByteWindowForm,
    _ content: [UInt8]
  ) -> (ByteWindowForm.Outcome, [Int32]) {
    var numbers = [Int32](repeating: -7, count: form.count)
    let outcome = content.withUnsafeBytes { content in
      numbers.withUnsafeMutableBufferPointer { form.write(content, to: $0) }
    }
    return (outcome, numbers)
  }

  @Test("white space goes at the outer side of each part, padding fills the inner side")
  func parts() throws {
    let form = try form()
    // The first part keeps the white space behind it, the last one that in front of it.
    let (outcome, numbers) = look(form, Array(" \t\nab ".utf8))
    #expect(outcome == .window)
    #expect(numbers == [97, 98, 32, 256, 10, 97, 98])
    #expect(look(form, Array("ab".utf8)).1 == [97, 98, 256, 256, 256, 97, 98])
    #expect(look(form, Array("abcdefgh".utf8)).1 == [97, 98, 99, 100, 102, 103, 104])
  }

  @Test("only the outer blocks are looked at")
  func blocks() throws {
    let form = try form(4, 3, block: 5)
    let content = Array("     12345678     ".utf8)
    // Nothing but white space in the first block: too few bytes for the model.
    #expect(look(form, content).0 == .few(isText: true))
    #expect(look(form, Array("ab   xxxxxx   cd".utf8)).1 == [97, 98, 32, 32, 32, 99, 100])
  }

  @Test("few bytes are text when they are UTF-8, before or after white space is taken off")
  func fewBytes() throws {
    let form = try form(minimum: 3)
    #expect(look(form, []).0 == .empty)
    #expect(look(form, [0x61]).0 == .few(isText: true))
    #expect(look(form, [0xFF]).0 == .few(isText: false))
    #expect(look(form, Array("     a".utf8)).0 == .few(isText: true))
    #expect(look(form, [0x20, 0x20, 0x20, 0xC3]).0 == .few(isText: false))
    // A surrogate and an overlong form are not UTF-8.
    #expect(look(form, [0xC0, 0x80]).0 == .few(isText: false))
    // A character that the block's end tears apart counts as not UTF-8.
    #expect(look(form, Array("       ä".utf8)).0 == .few(isText: false))
  }

  @Test("a window that is not written leaves the numbers alone")
  func untouched() throws {
    #expect(look(try form(), []).1 == [Int32](repeating: -7, count: 7))
    #expect(look(try form(), [65]).1 == [Int32](repeating: -7, count: 7))
  }

  @Test("every white space of Python's bytes is one, and no other byte")
  func whiteSpace() throws {
    let form = try form(1, 0, block: 4, minimum: 0)
    for byte in UInt8.min...UInt8.max {
      let isSpace = [0x20, 0x09, 0x0A, 0x0B, 0x0C, 0x0D].contains(byte)
      #expect(look(form, [byte, 65]).1 == [isSpace ? 65 : Int32(byte)])
    }
  }

  @Test(
    "sizes that make no sense are no window",
    arguments: [
      (0, 0, 8, 2), (-1, 4, 8, 2), (4, 4, 0, 2), (4, 4, 8, 5), (4, 4, 8, -1), (1 << 20, 1, 8, 2),
    ]
  )
  func sizes(_ beginning: Int, _ end: Int, _ block: Int, _ minimum: Int) {
    #expect(
      ByteWindowForm(
        beginningCount: beginning,
        endCount: end,
        blockBytes: block,
        padding: 256,
        minimumBytes: minimum
      ) == nil
    )
  }
}

@Suite("The choice of a label")
struct LabelRuleTests {
  private let rule = LabelRule(
    labels: ["html", "elf", "randomtxt", "markdown"],
    thresholds: ["markdown": 0.75],
    defaultThreshold: 0.5,
    replacements: ["randomtxt": "txt"],
    textLabels: ["html", "markdown", "txt"],
    textFallback: "txt",
    fallback: "unknown",
    emptyLabel: "empty"
  )

  private func choose(_ scores: [Float]) -> LabelRule.Choice {
    scores.withUnsafeBufferPointer { rule.choose($0) }
  }

  @Test("the highest score wins, the first of equals")
  func highest() {
    #expect(choose([0.1, 0.7, 0.1, 0.1]) == .init(label: "elf", score: 0.7))
    #expect(choose([0.5, 0.5, 0, 0]) == .init(label: "html", score: 0.5))
  }

  @Test("a score that is not believed gives the fallback of its kind, and stays the score")
  func thresholds() {
    #expect(choose([0.4, 0.3, 0.2, 0.1]) == .init(label: "txt", score: 0.4))
    #expect(choose([0.3, 0.4, 0.2, 0.1]) == .init(label: "unknown", score: 0.4))
    // Its own threshold, looked up by the model's label.
    #expect(choose([0, 0, 0, 0.74]) == .init(label: "txt", score: 0.74))
    #expect(choose([0, 0, 0, 0.75]) == .init(label: "markdown", score: 0.75))
  }

  @Test("replaced labels are given out under their other name")
  func replacements() {
    #expect(choose([0, 0, 0.9, 0]) == .init(label: "txt", score: 0.9))
  }

  @Test("items that did not go to the model follow from a rule")
  func rules() {
    #expect(rule.choose(.empty) == .init(label: "empty", score: 1))
    #expect(rule.choose(.few(isText: true)) == .init(label: "txt", score: 1))
    #expect(rule.choose(.few(isText: false)) == .init(label: "unknown", score: 1))
    #expect(rule.choose(.window) == nil)
  }

  @Test("scores that are no numbers never win")
  func notANumber() {
    #expect(choose([.nan, 0.2, .nan, 0.1]).score == 0.2)
    #expect(choose([.nan, .nan, .nan, .nan]).label == "txt")
  }
}
