import Primitives
import Tabular
import Testing

@Suite("What the text of a cell means")
struct CellTextTests {
  @Test(
    "a missing value is an empty cell or a marker, in any case and with white space around",
    arguments: ["", " ", "NA", "na", "N/A", "n/a", "NaN", "NULL", "?", "None", "\tnull "]
  )
  func knowsMissing(text: String) { #expect(CellText.isMissing(text)) }

  @Test(
    "other words and numbers are not missing",
    arguments: ["0", "nope", "-", "nil", "nana", "."]
  )
  func knowsPresent(text: String) { #expect(!CellText.isMissing(text)) }

  @Test(
    "numbers read exactly as the C library reads them",
    arguments: [
      "0", "-0", "1", "+1", "1.5", ".5", "5.", "1e3", "1E-3", "-2.5e+10", "9007199254740993",
      "0.1", "123456789012345678901234567890", "1e22", "1e23", "1e-22", "1e-23", "4.9e-324",
      "1.7976931348623157e308", "0.000000000000000000000000000001", "2.2250738585072011e-308",
      "00000000000000000000000001.5", "3.141592653589793238462643383279",
    ]
  )
  func readsNumbers(text: String) {
    #expect(CellText.number(text)?.bitPattern == Double(text)?.bitPattern)
  }

  @Test("numbers of any digits read exactly as the C library reads them")
  func readsRandomNumbers() {
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<5000 {
      let digits = (0..<Int.random(in: 1...22, using: &generator)).map { _ in
        String(Int.random(in: 0...9, using: &generator))
      }
      var text = digits.joined()
      let point = Int.random(in: 0...text.count, using: &generator)
      text.insert(".", at: text.index(text.startIndex, offsetBy: point))
      if Bool.random(using: &generator) {
        text += "e\(Int.random(in: -40...40, using: &generator))"
      }
      #expect(CellText.number(text)?.bitPattern == Double(text)?.bitPattern, "\(text)")
    }
  }

  @Test(
    "words, infinities, hexadecimal and thousands marks are no numbers",
    arguments: [
      "inf", "-Infinity", "nan", "0x10", "1,000", "1 000", "e5", ".", "1e", "1e+", "--1",
      "1.2.3", "abc", "1e999", "٣",
    ]
  )
  func refusesWords(text: String) { #expect(CellText.number(text) == nil) }

  @Test("dates of ISO 8601 are known, with and without a time")
  func knowsDates() {
    for date in ["2026-11-23", "2026-11-23T10:15", "2026-11-23 10:15:30.5Z", " 1999-01-31 "] {
      #expect(CellText.isDate(date), "\(date)")
    }
    for word in ["2026-13-01", "2026-00-10", "2026-11-32", "20261123", "2026-11-23x", "11-23-2026"]
    {
      #expect(!CellText.isDate(word), "\(word)")
    }
  }
}
