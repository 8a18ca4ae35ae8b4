import Primitives
import Tabular
import Testing

func scan(
  _ files: [String],
  _ options: TableOptions = TableOptions(),
  pieceBytes: Int = .max
) throws(TableProblem) -> (summary: TableSummary, notes: [String]) {
  var scan = SchemaScan(options)
  for file in files {
    scan.beginFile()
    var rest = Array(file.utf8)[...]
    while !rest.isEmpty {
      let piece = rest.prefix(pieceBytes)
      rest = rest.dropFirst(piece.count)
      try scan.read(Bytes(Array(piece)))
    }
    try scan.endFile()
  }
  return (try scan.finish(), scan.notes)
}

@Suite("Files of tables and how they are written")
struct SchemaScanTests {
  static let separated: [(Delimiter, String)] = [
    (.comma, "a,b\n1,x\n2,y\n"), (.semicolon, "a;b\n1;x\n2;y\n"), (.tab, "a\tb\n1\tx\n2\ty\n"),
    (.pipe, "a|b\n1|x\n2|y\n"),
    // The other ones in a header, in some cells, in quotes.
    (.semicolon, "a,1;b\n1;x\n2;y\n"), (.semicolon, "a;b\n1;x,x\n2;y\n"),
    (.comma, "a,b\n1,\"x;y\"\n2,\"z;w\"\n"), (.semicolon, "a;b\n\"p,q\";x\n\"r,s\";y\n"),
    (.comma, "text,b\n\"say \"\"a;b\"\"\",1\n"), (.comma, "one\n1\n2\n"), (.comma, "5\n6\n"),
    (.comma, "a,b\r\n\r\n1,x|y\r\n"),
  ]

  @Test("what separates cells is found, wherever the file is cut", arguments: separated)
  func detectsDelimiter(_ delimiter: Delimiter, _ text: String) throws {
    for pieceBytes in [1, 3, Int.max] {
      let found = try scan([text], pieceBytes: pieceBytes)
      #expect(found.summary.format.delimiter == delimiter)
      #expect(found.notes.contains { $0.contains("separated") } == (delimiter != .comma))
    }
  }

  @Test("a file that two delimiters fit is refused, and read once its owner says which")
  func refusesAmbiguity() throws {
    let text = "1,5;2\n1,6;3\n"
    let found = problem { () throws(TableProblem) in _ = try scan([text]) }
    #expect(found?.description.contains("',' or ';'") == true)
    #expect(found?.remedy.contains("--delimiter") == true)
    let options = TableOptions(delimiter: .comma, kinds: ["column_2": .category])
    #expect(try scan([text], options).summary.columns.count == 2)
  }

  @Test("a beginning longer than the sample decides, and what follows is read with it")
  func detectsInLargeFile() throws {
    let text = "a;b\n" + String(repeating: "1;2\n", count: 40_000)
    let found = try scan([text, "a;b\n3;4\n"], pieceBytes: 70_001).summary
    #expect(found.rowCount == 40_001)
    #expect(found.columns.map(\.kind) == [.number, .number])
  }

  @Test("lines of other widths stay an error that names the line")
  func namesRaggedLine() {
    let found = problem { () throws(TableProblem) in _ = try scan(["a;b\n1;2\n3\n"]) }
    #expect(found?.place == "line 3")
  }

  @Test("a word among numbers is refused with line, column, cell and the ways out")
  func refusesSlips() throws {
    let lines = (1...9).map { "\($0),x" } + ["n.a.,y"]
    let text = "age,w\n" + lines.joined(separator: "\n") + "\n"
    let found = problem { () throws(TableProblem) in _ = try scan([text]) }
    #expect(
      found?.description
        == "line 11, column 'age': 'n.a.' is not a number, and 9 of the column's 10 known cells "
        + "are; correct it, or say that it stands for a missing value (--missing-value n.a.), or "
        + "say that the column holds categories (--column age=category)"
    )
    let missing = try scan([text], TableOptions(missing: try MissingValues(["n.a."])))
    #expect(missing.summary.columns[0].kind == .number)
    #expect(missing.summary.columns[0].missingCount == 1)
    let words = try scan([text], TableOptions(kinds: ["age": .category]))
    #expect(words.summary.columns[0].kind == .category)
    #expect(words.summary.columns[0].distinctCount == 10)
    #expect(words.notes == [])
  }

  @Test("a column of words with some numbers is one of categories, and its owner is told")
  func notesMixedColumns() throws {
    let found = try scan(["code,n\n1,1\n2,2\nA,3\n1.0,4\n"])
    #expect(found.summary.columns.map(\.kind) == [.category, .number])
    #expect(found.summary.columns[0].distinctCount == 3)
    #expect(found.notes.count == 1)
    #expect(found.notes.first?.contains("'A' in line 4") == true)
  }

  @Test("a decimal comma is named, also where every cell has one")
  func namesDecimalComma() throws {
    for text in ["x;y\n3,14;a\n2,7;b\n", "x;y\n3;a\n2;b\n2,7;c\n", "x,y\n\"1,234\",a\n5,b\n"] {
      let found = problem { () throws(TableProblem) in _ = try scan([text]) }
      #expect(found?.column == "x", "\(text)")
      #expect(found?.remedy.contains("decimal point") == true, "\(text)")
    }
    let words = try scan(["x;y\n3,14;a\n2,7;b\n"], TableOptions(kinds: ["x": .category]))
    #expect(words.summary.columns[0].kind == .category)
  }

  @Test("a column that shall hold numbers refuses words, and a type needs a column")
  func holdsGivenTypes() throws {
    let numbers = TableOptions(kinds: ["a": .number])
    let word = problem { () throws(TableProblem) in
      _ = try scan(["a\n1\n", "a\nx\n"], numbers)
    }
    #expect(word?.place == "file 2, line 2")
    let unknown = problem { () throws(TableProblem) in
      _ = try scan(["age\n1\n"], TableOptions(kinds: ["Age": .number]))
    }
    #expect(unknown?.description.contains("did you mean 'age'") == true)
    #expect(try scan(["a,b\nNA,1\n"], numbers).summary.columns[0].kind == .number)
  }

  @Test("names in a first line that was read as data are suspected")
  func suspectsHeader() {
    let text = "2019,town\n" + String(repeating: "7,5\n", count: 9)
    let found = problem { () throws(TableProblem) in _ = try scan([text]) }
    #expect(found?.place == "line 1")
    #expect(found?.remedy.hasPrefix("if line 1 names the columns") == true)
  }

  @Test("texts for missing values have limits, and usual ones are not kept twice")
  func boundsMissingValues() throws {
    let many = (0...MissingValues.limit).map { "m\($0)" }
    #expect(problem { () throws(TableProblem) in _ = try MissingValues(many) } != nil)
    let long = String(repeating: "m", count: MissingValues.textLimitBytes + 1)
    #expect(problem { () throws(TableProblem) in _ = try MissingValues([long]) } != nil)
    #expect(try MissingValues([" - ", "na", "-", ""]).further == ["-"])
    #expect(try MissingValues(["-"]).contains(" - "))
    #expect(try !MissingValues(["-"]).contains("--"))
  }

  @Test("rows for a model are read with the delimiter that gives them enough cells")
  func readsRowsForModel() throws {
    let table = try FittedTable(columns: [
      .init("x", .number(.init(imputed: 0, mean: 0, scale: 1))),
      .init("w", .category(.init(categories: ["a", "b;c"], imputed: "a"))),
    ])
    for text in ["x;w\n1;a\n", "w\tx\na\t1\n", "1|a\n", "1,a\n"] {
      #expect(try table.encode(try TableBatch(csv: Bytes(text), for: table)) == [1, 1, 0])
    }
    #expect(try table.encode(try TableBatch(csv: Bytes("1,b;c\n"), for: table)) == [1, 0, 1])
    let comma = problem { () throws(TableProblem) in
      _ = try TableBatch(csv: Bytes("x;w\n3,14;a\n"), for: table)
    }
    #expect(comma?.remedy.contains("decimal point") == true)
  }
}
