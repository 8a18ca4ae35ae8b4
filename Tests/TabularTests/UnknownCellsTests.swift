import Primitives
import Tabular
import Testing

@Suite("Words and columns that a model does not know")
struct UnknownCellsTests {
  @Test("an unknown word is refused with its row, its column and the nearest known word")
  func refusesUnknownWord() throws {
    let table = try FittedTableTests.table()
    let batches = [
      try TableBatch(csv: Bytes("1,Bath,2\n1,oslo,2\n"), for: table),
      try TableBatch(
        records: [
          ["size": .number(1), "town": .missing, "age": .missing],
          ["size": .number(1), "town": .text("oslo"), "age": .missing],
        ],
        for: table
      ),
    ]
    for batch in batches {
      let found = problem { () throws(TableProblem) in _ = try table.encode(batch) }
      #expect(
        found?.description
          == "row 2, column 'town': 'oslo' is none of the words that training saw; did you mean "
          + "'Oslo'? leave the cell empty when it is unknown; the model knows 'Oslo', 'Bath'"
      )
    }
  }

  @Test("a word that only held-out rows have is taken, and so is any where the owner wants it")
  func takesUnlearnedWord() throws {
    let table = try FittedTableTests.table()
    let rome = try TableBatch(csv: Bytes("8,Rome,0\n"), for: table)
    #expect(try table.encode(rome) == [0, 0, 0, 0])
    let open = try FittedTable(columns: table.columns, acceptsUnknownCategories: true)
    let other = try TableBatch(csv: Bytes("8,Ulm,0\n"), for: open)
    #expect(try open.encode(other) == [0, 0, 0, 0])
  }

  @Test("a missing category, by any of its spellings, counts as the imputed one")
  func imputesMissingCategory() throws {
    let table = try FittedTableTests.table()
    let batch = try TableBatch(csv: Bytes("8,,0\n8,-,0\n8,NULL,0\n"), for: table)
    #expect(try table.encode(batch) == [0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0])
  }

  @Test("columns that training ignored are passed over, and others refused")
  func passesOverIgnoredColumns() throws {
    let table = try FittedTableTests.table()
    let wanted: [Float] = [2, 1, 0, 5]
    let csv = try TableBatch(csv: Bytes("id,age,cost,size,town\nx,5,,12,Oslo\n"), for: table)
    let records = try TableBatch(
      records: [
        ["size": .number(12), "town": .text("Oslo"), "age": .number(5), "cost": .number(9)]
      ],
      for: table
    )
    let direct = try TableBatch(
      rowCount: 1,
      columns: [
        .init("cost", .texts(["?"], missing: [])), .init("size", .numbers([12], missing: [])),
        .init("town", .texts(["Oslo"], missing: [])), .init("age", .numbers([5], missing: [])),
      ]
    )
    for batch in [csv, records, direct] { #expect(try table.encode(batch) == wanted) }
    for name in ["costs", "ID"] {
      let found = problem { () throws(TableProblem) in
        _ = try TableBatch(csv: Bytes("size,town,age,\(name)\n1,Oslo,2,3\n"), for: table)
      }
      #expect(found?.column == name)
    }
    #expect(table.ignores("cost") && !table.ignores("size") && !table.ignores("costs"))
  }

  @Test("what stands for a missing number does so in text and as a number")
  func knowsMissingNumbers() throws {
    let table = try FittedTableTests.table()
    let texts = try TableBatch(csv: Bytes("-999,Oslo,-\n-999.0,Oslo,na\n"), for: table)
    let numbers = try TableBatch(
      rowCount: 2,
      columns: [
        .init("size", .numbers([-999, -999], missing: [])),
        .init("town", .texts(["Oslo", "Oslo"], missing: [])),
        .init("age", .texts(["-", "-"], missing: [])),
      ]
    )
    for batch in [texts, numbers] {
      #expect(try table.encode(batch) == [1, 1, 0, 1, 1, 1, 0, 1])
    }
  }

  @Test("the nearest name is found over large and small letters, and long texts cost nothing")
  func findsNearestName() {
    let names = ["Adelie", "Chinstrap", "Gentoo"]
    #expect(NearestName.nearest("adelie", among: names) == "Adelie")
    #expect(NearestName.nearest("gentu", among: names) == "Gentoo")
    #expect(NearestName.nearest("zebra", among: names) == nil)
    #expect(NearestName.nearest(String(repeating: "a", count: 65), among: names) == nil)
    #expect(NearestName.nearest("a", among: [String(repeating: "a", count: 65)]) == nil)
  }
}
