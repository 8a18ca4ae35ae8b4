import Primitives
import Tabular
import Testing

/// All rows as texts, with the line that each begins on; the file comes in pieces of `pieceBytes`.
func rows(
  _ text: String,
  pieceBytes: Int = .max
) throws(TableProblem) -> [(line: Int, cells: [String])] {
  try rows(Bytes(text), pieceBytes: pieceBytes)
}

func rows(
  _ file: Bytes,
  pieceBytes: Int = .max
) throws(TableProblem) -> [(line: Int, cells: [String])] {
  var found: [(line: Int, cells: [String])] = []
  var reader = CSVReader()
  var start = 0
  while start < file.count {
    let end = start + min(pieceBytes, file.count - start)
    try reader.read(file.slice(start..<end)) { (row) throws(TableProblem) in
      found.append((row.line, row.texts))
    }
    start = end
  }
  try reader.finish { (row) throws(TableProblem) in found.append((row.line, row.texts)) }
  return found
}

func problem(of body: () throws(TableProblem) -> Void) -> TableProblem? {
  do throws(TableProblem) {
    try body()
    return nil
  } catch {
    return error
  }
}

@Suite("CSV")
struct CSVReaderTests {
  static let tricky =
    "\u{FEFF}a,\"b \"\"x\"\"\",c\r\n1,\"two\nlines, and a comma\",\r\n\r\n\"\", é ,3\n4,5,6"

  @Test("quotes, line ends in cells, CRLF, a byte order mark and empty lines are understood")
  func readsTrickyText() throws {
    let found = try rows(Self.tricky)
    #expect(
      found.map(\.cells) == [
        ["a", "b \"x\"", "c"], ["1", "two\nlines, and a comma", ""], ["", "é", "3"],
        ["4", "5", "6"],
      ]
    )
    #expect(found.map(\.line) == [1, 2, 5, 6])
  }

  @Test("where a file is cut into pieces does not matter", arguments: 1...12)
  func piecesDoNotMatter(pieceBytes: Int) throws {
    let whole = try rows(Self.tricky)
    let cut = try rows(Self.tricky, pieceBytes: pieceBytes)
    #expect(cut.map(\.cells) == whole.map(\.cells))
    #expect(cut.map(\.line) == whole.map(\.line))
  }

  @Test("a last cell that is empty is a cell, with and without a line end behind it")
  func keepsLastEmptyCell() throws {
    #expect(try rows("a,").map(\.cells) == [["a", ""]])
    #expect(try rows("a,\n").map(\.cells) == [["a", ""]])
    #expect(try rows("a\r\rb\r").map(\.cells) == [["a"], ["b"]])
    #expect(try rows("\"\"").map(\.cells) == [[""]])
    #expect(try rows("").isEmpty)
    #expect(try rows("\n\r\n\n").isEmpty)
  }

  @Test("a quote that is never closed is named by the line and column where it opens")
  func namesOpenQuote() {
    let found = problem { () throws(TableProblem) in _ = try rows("a,b\n1,\"x\n2,3\n4,5") }
    #expect(found?.place == "line 2, column 2")
    #expect(found?.what.contains("never closed") == true)
  }

  @Test("text behind a closing quote is refused, with line and column")
  func refusesTextBehindQuote() {
    let found = problem { () throws(TableProblem) in _ = try rows("a,b\n\"x\"y,2") }
    #expect(found?.place == "line 2, column 1")
  }

  @Test("bytes that are no text are refused, naming the line")
  func refusesWhatIsNoText() {
    let latin = problem { () throws(TableProblem) in
      _ = try rows(Bytes([0x61, 0x0A, 0xE9, 0x0A]))
    }
    #expect(latin?.place == "line 2")
    #expect(latin?.what.contains("UTF-8") == true)
    let null = problem { () throws(TableProblem) in _ = try rows("a\n1\u{0}\n") }
    #expect(null?.what.contains("zero byte") == true)
    let wide = problem { () throws(TableProblem) in _ = try rows(Bytes([0xFF, 0xFE, 0x61, 0])) }
    #expect(wide?.what.contains("UTF-16") == true)
    #expect(problem { () throws(TableProblem) in _ = try rows(Bytes([0xEF, 0x61, 0x0A])) } != nil)
  }

  @Test("cells, rows and columns have limits, and what is at the limit passes")
  func holdsLimits() throws {
    let cell = String(repeating: "x", count: CSVReader.cellLimitBytes)
    #expect(try rows(cell + ",1").first?.cells.first?.utf8.count == cell.utf8.count)
    let long = problem { () throws(TableProblem) in _ = try rows("1," + cell + "y", pieceBytes: 999)
    }
    #expect(long?.place == "line 1, column 2")
    let row = [String](repeating: cell, count: 17).joined(separator: ",")
    #expect(problem { () throws(TableProblem) in _ = try rows(row) }?.what.contains("row") == true)
    let wide = String(repeating: ",", count: CSVReader.columnLimit - 1)
    #expect(try rows(wide).first?.cells.count == CSVReader.columnLimit)
    #expect(problem { () throws(TableProblem) in _ = try rows(wide + ",") } != nil)
    let quoted = "\"" + cell + cell
    #expect(problem { () throws(TableProblem) in _ = try rows(quoted) } != nil)
  }

  @Test("no bytes make the reader crash or hang")
  func survivesAnyBytes() {
    var generator = SeededGenerator(seed: 11)
    let alphabet: [UInt8] = [0x22, 0x2C, 0x0A, 0x0D, 0x61, 0xEF, 0xBB, 0xBF, 0xC3, 0xA9, 0, 0x20]
    for _ in 0..<3000 {
      let count = Int.random(in: 0...24, using: &generator)
      let file = Bytes((0..<count).map { _ in alphabet.randomElement(using: &generator) ?? 0 })
      let whole = Result { try rows(file).map(\.cells) }
      let cut = Result { try rows(file, pieceBytes: 1).map(\.cells) }
      switch (whole, cut) {
      case (.success(let one), .success(let other)): #expect(one == other, "\(file.array)")
      case (.failure, .failure): break
      case (.success, .failure), (.failure, .success):
        Issue.record("pieces matter for \(file.array)")
      }
    }
  }
}
