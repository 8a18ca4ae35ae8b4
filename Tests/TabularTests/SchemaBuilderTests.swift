import Primitives
import Tabular
import Testing

func summary(
  _ files: [String],
  header: SchemaBuilder.Header = .detected
) throws(TableProblem) -> TableSummary {
  var builder = SchemaBuilder(header: header)
  for file in files {
    builder.beginFile()
    var reader = CSVReader()
    try reader.read(Bytes(file)) { (row) throws(TableProblem) in try builder.add(row) }
    try reader.finish { (row) throws(TableProblem) in try builder.add(row) }
  }
  return try builder.finish()
}

@Suite("Schemas of tables")
struct SchemaBuilderTests {
  @Test("one pass finds types, missing and different values, and the range")
  func findsSchema() throws {
    let found = try summary(["n,word,day,gap\n1,a,2026-01-01,\n-2.5,b,2026-01-02,NA\n1.0,,?,\n"])
    #expect(found.rowCount == 3)
    #expect(
      found.columns == [
        ColumnSummary(name: "n", kind: .number, distinctCount: 2, minimum: -2.5, maximum: 1),
        ColumnSummary(name: "word", kind: .category, missingCount: 1, distinctCount: 2),
        ColumnSummary(name: "day", kind: .date, missingCount: 1, distinctCount: 2),
        ColumnSummary(name: "gap", kind: .category, missingCount: 3),
      ]
    )
  }

  @Test("one word makes a column of numbers or dates one of categories")
  func oneWordDecides() throws {
    let found = try summary(["a,b,c\n1,2026-01-01,x\nz,2026-01-01,1\n2,5,2\n"])
    #expect(found.columns.map(\.kind) == [.category, .category, .category])
  }

  @Test("a header with one name missing, or a name twice, is an error and not a row")
  func refusesHeader() {
    let gap = problem { () throws(TableProblem) in _ = try summary([",a,y\n0,1,2\n"]) }
    #expect(gap?.description.contains("has no name") == true)
    let twice = problem { () throws(TableProblem) in _ = try summary(["a,a,b\n1,2,3\n"]) }
    #expect(twice?.column == "a")
  }

  @Test("a first line with a number, a date or only gaps is no header")
  func detectsHeader() throws {
    for file in ["a,1\nb,2", "a,2026-01-01\nb,2026-01-01", ",\nb,c", "a,NA\nb,c"] {
      let found = try summary([file])
      #expect(found.names == ["column_1", "column_2"], "\(file)")
      #expect(found.rowCount == 2, "\(file)")
    }
    #expect(try summary(["a,b\nc,d"]).names == ["a", "b"])
    #expect(try summary(["a,b\nc,d"], header: .absent).rowCount == 2)
    #expect(try summary(["a,1\nc,d"], header: .present).names == ["a", "1"])
  }

  @Test("the header of a later file is not a row")
  func skipsLaterHeaders() throws {
    let found = try summary(["a,b\n1,2\n", "a,b\n3,4\n", "5,6\n"])
    #expect(found.rowCount == 3)
    #expect(found.columns.map(\.kind) == [.number, .number])
  }

  @Test("what is wrong is named with line and column")
  func namesProblems() {
    let narrow = problem { () throws(TableProblem) in _ = try summary(["a,b\n1,2\n3\n"]) }
    #expect(narrow?.place == "line 3")
    #expect(narrow?.what.contains("has 1 cell") == true)
    let twice = problem { () throws(TableProblem) in
      _ = try summary(["a,a\n1,2\n"], header: .present)
    }
    #expect(twice?.column == "a")
    let nameless = problem { () throws(TableProblem) in
      _ = try summary(["a,\n1,2\n"], header: .present)
    }
    #expect(nameless?.place == "line 1, column 2")
    #expect(problem { () throws(TableProblem) in _ = try summary([""]) } != nil)
    #expect(problem { () throws(TableProblem) in _ = try summary(["a,b\n"]) } != nil)
  }

  @Test("different values are counted up to their limit")
  func countsDifferentValues() throws {
    let lines = (0..<(SchemaBuilder.distinctLimit + 100)).map { "\($0)" }
    let found = try summary(["n\n" + lines.joined(separator: "\n")])
    #expect(found.columns.first?.distinctCount == UInt64(SchemaBuilder.distinctLimit))
  }
}
