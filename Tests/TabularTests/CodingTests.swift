import Primitives
import Protocols
import Tabular
import TabularCoding
import Testing

@Suite("Tables in messages")
struct CodingTests {
  @Test("a batch comes back from its message as it was")
  func batchesReturn() throws {
    let batch = try TableBatch(
      rowCount: 9,
      columns: [
        .init("n", .numbers((0..<9).map(Double.init), missing: (0..<9).map { $0 % 4 == 0 })),
        .init("t", .texts((0..<9).map { "w\($0)" }, missing: [])),
      ]
    )
    let table = Table(batch)
    #expect(try TableBatch(table) == batch)
    #expect(
      table.columns.first?.cells
        == .numbers(
          NumberCells(values: (0..<9).map(Double.init), missing: [0b0001_0001, 0b1])
        )
    )
  }

  @Test("messages whose lengths do not fit are refused, naming the column")
  func refusesBadTables() {
    let bad: [TableColumn] = [
      TableColumn(name: "x", cells: nil),
      TableColumn(name: "x", cells: .numbers(NumberCells(values: [1]))),
      TableColumn(name: "x", cells: .numbers(NumberCells(values: [1, 2], missing: [0, 0]))),
      TableColumn(name: "x", cells: .texts(TextCells(values: ["a", "b", "c"]))),
    ]
    for column in bad {
      let found = problem { () throws(TableProblem) in
        _ = try TableBatch(Table(rowCount: 2, columns: [column]))
      }
      #expect(found?.column == "x", "\(column)")
    }
    let large = Table(rowCount: .max, columns: [bad[1]])
    #expect(problem { () throws(TableProblem) in _ = try TableBatch(large) } != nil)
    let twice = Table(rowCount: 1, columns: [bad[1], bad[1]])
    #expect(problem { () throws(TableProblem) in _ = try TableBatch(twice) } != nil)
  }

  @Test("a fitted preprocessing comes back from its message as it was")
  func fitsReturn() throws {
    let table = try FittedTableTests.table()
    let message = TablePreprocessing(table, tensor: "features")
    #expect(message.tensor == "features")
    #expect(try FittedTable(message) == table)
    let empty = TablePreprocessing(tensor: "f", columns: [FittedColumn(name: "a")])
    #expect(problem { () throws(TableProblem) in _ = try FittedTable(empty) }?.column == "a")
  }

  @Test("a schema comes back from its message as it was, and an unknown type is refused")
  func schemasReturn() throws {
    let found = try summary(["a,b,c\n1,x,2026-01-01\n,y,\n"])
    #expect(try TableSummary(TableSchema(found)) == found)
    var scan = SchemaScan(TableOptions(delimiter: .tab, missing: try MissingValues(["-"])))
    scan.beginFile()
    try scan.read(Bytes("a\tb\n1\t-\n"))
    try scan.endFile()
    let tabs = try scan.finish()
    #expect(TableSchema(tabs).delimiter == "\t")
    #expect(try TableSummary(TableSchema(tabs)) == tabs)
    let odd = TableSchema(columns: [], delimiter: "::")
    #expect(problem { () throws(TableProblem) in _ = try TableSummary(odd) } != nil)
    let unknown = TableSchema(columns: [ColumnSchema(name: "q")])
    #expect(problem { () throws(TableProblem) in _ = try TableSummary(unknown) }?.column == "q")
  }
}
