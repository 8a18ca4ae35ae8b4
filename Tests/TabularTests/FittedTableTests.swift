import Primitives
import Tabular
import Testing

@Suite("Rows become a model's numbers")
struct FittedTableTests {
  static func table() throws(TableProblem) -> FittedTable {
    try FittedTable(
      columns: [
        .init("size", .number(.init(imputed: 10, mean: 8, scale: 2))),
        .init(
          "town",
          .category(.init(categories: ["Oslo", "Bath"], imputed: "Bath", unlearned: ["Rome"]))
        ),
        .init("age", .number(.init(imputed: 1, mean: 0, scale: 1))),
      ],
      ignored: ["cost", "id"],
      missing: try MissingValues(["-", "-999"])
    )
  }

  static let encoded: [Float] = [2, 1, 0, 5, 1, 0, 1, 1, -4, 0, 0, 3]

  @Test("CSV with and without a header, records and lists of cells encode alike")
  func sourcesAgree() throws {
    let table = try Self.table()
    let batches = [
      try TableBatch(csv: Bytes("12,Oslo,5\n,,NA\n0,Rome,3\n"), for: table),
      try TableBatch(csv: Bytes("age,size,town\n5,12,Oslo\n,?,\n3,0, Rome\n"), for: table),
      try TableBatch(
        records: [
          ["size": .number(12), "town": .text("Oslo"), "age": .text("5")],
          ["size": .missing, "town": .missing, "age": .text("")],
          ["size": .number(0), "town": .text("Rome"), "age": .number(3)],
        ],
        for: table
      ),
      try TableBatch(
        rows: [
          [.number(12), .text("Oslo"), .number(5)], [.missing, .missing, .missing],
          [.number(0), .text("Rome"), .number(3)],
        ],
        for: table
      ),
    ]
    for batch in batches { #expect(try table.encode(batch) == Self.encoded) }
  }

  @Test("columns of a batch may come in any order and as texts")
  func ordersColumns() throws {
    let table = try Self.table()
    let batch = try TableBatch(
      rowCount: 2,
      columns: [
        .init("town", .texts(["Oslo", ""], missing: [])),
        .init("age", .texts(["5", "x"], missing: [false, true])),
        .init("size", .numbers([12, .nan], missing: [false, true])),
      ]
    )
    #expect(try table.encode(batch) == Array(Self.encoded.prefix(8)))
  }

  @Test("a number where a word belongs counts as its text")
  func numbersAsWords() throws {
    let table = try FittedTable(
      columns: [.init("code", .category(.init(categories: ["3", "2.5"], imputed: "3")))],
      acceptsUnknownCategories: true
    )
    let batch = try TableBatch(rows: [[.number(3)], [.number(2.5)], [.number(7)]], for: table)
    #expect(try table.encode(batch) == [1, 0, 0, 1, 0, 0])
    let numbers = try TableBatch(
      rowCount: 1,
      columns: [.init("code", .numbers([2.5], missing: []))]
    )
    #expect(try table.encode(numbers) == [0, 1])
  }

  @Test("a missing column is named, and so are those that the model takes")
  func namesMissingColumn() throws {
    let table = try Self.table()
    let found = [
      problem { () throws(TableProblem) in
        _ = try TableBatch(csv: Bytes("size,town\n1,Oslo\n"), for: table)
      },
      problem { () throws(TableProblem) in
        _ = try TableBatch(records: [["size": .number(1), "town": .missing]], for: table)
      },
      problem { () throws(TableProblem) in
        let columns = [TableBatch.Column("size", .numbers([1], missing: []))]
        _ = try table.encode(try TableBatch(rowCount: 1, columns: columns))
      },
    ]
    #expect(found.map(\.?.column) == ["age", "age", "town"])
    #expect(found.last??.description.contains("'size', 'town', 'age'") == true)
    let short = problem { () throws(TableProblem) in
      _ = try TableBatch(csv: Bytes("1,Oslo\n"), for: table)
    }
    #expect(short?.description.hasPrefix("line 1: has 2 cells") == true)
    #expect(
      problem { () throws(TableProblem) in
        _ = try TableBatch(rows: [[.missing]], for: table)
      }?.place == "row 1"
    )
  }

  @Test("a surplus column is named")
  func namesSurplusColumn() throws {
    let table = try Self.table()
    let found = [
      problem { () throws(TableProblem) in
        _ = try TableBatch(csv: Bytes("size,town,age,price\n1,Oslo,2,3\n"), for: table)
      },
      problem { () throws(TableProblem) in
        let record: [String: Cell] = [
          "size": .missing, "town": .missing, "age": .missing, "price": .number(1),
        ]
        _ = try TableBatch(records: [record], for: table)
      },
    ]
    #expect(found.map(\.?.column) == ["price", "price"])
  }

  @Test("a word where a number belongs is named with its place")
  func namesWord() throws {
    let table = try Self.table()
    let inFile = problem { () throws(TableProblem) in
      _ = try TableBatch(csv: Bytes("1,Oslo,2\nbig,Oslo,2\n"), for: table)
    }
    #expect(inFile?.description.hasPrefix("line 2, column 'size': 'big' is not a number") == true)
    let inRecord = problem { () throws(TableProblem) in
      _ = try TableBatch(rows: [[.number(1), .missing, .text("old")]], for: table)
    }
    #expect(inRecord?.place == "row 1")
    #expect(inRecord?.column == "age")
    let inBatch = problem { () throws(TableProblem) in
      let columns: [TableBatch.Column] = [
        .init("size", .texts(["1", "wide"], missing: [])),
        .init("town", .texts(["", ""], missing: [])), .init("age", .numbers([1, 2], missing: [])),
      ]
      _ = try table.encode(try TableBatch(rowCount: 2, columns: columns))
    }
    #expect(inBatch?.description.hasPrefix("row 2, column 'size': 'wide'") == true)
  }

  @Test("numbers that are not finite, or not once they are encoded, are refused")
  func refusesInfinities() throws {
    let table = try Self.table()
    for value in [Double.nan, .infinity, -.infinity, 1e300] {
      let found = problem { () throws(TableProblem) in
        let columns: [TableBatch.Column] = [
          .init("size", .numbers([value], missing: [])), .init("town", .texts([""], missing: [])),
          .init("age", .numbers([1], missing: [])),
        ]
        _ = try table.encode(try TableBatch(rowCount: 1, columns: columns))
      }
      #expect(found?.column == "size", "\(value)")
    }
  }

  @Test("a short call cannot become more than the limit of encoded elements")
  func boundsEncoding() throws {
    let words = (0..<60_000).map { "w\($0)" }
    let table = try FittedTable(columns: [
      .init("c", .category(.init(categories: words, imputed: "w0")))
    ])
    let batch = try TableBatch(
      rowCount: 300,
      columns: [.init("c", .texts([String](repeating: "w1", count: 300), missing: []))]
    )
    let found = problem { () throws(TableProblem) in _ = try table.encode(batch) }
    #expect(found?.remedy.contains("at most 279 rows") == true)
  }

  @Test("a preprocessing that cannot be right is refused, naming the column")
  func refusesUnsoundFits() {
    let bad: [[FittedTable.Column]] = [
      [], [.init("a", .number(.init(imputed: 0, mean: 0, scale: 0)))],
      [.init("a", .number(.init(imputed: .nan, mean: 0, scale: 1)))],
      [.init("a", .category(.init(categories: [], imputed: "x")))],
      [.init("a", .category(.init(categories: ["x"], imputed: "y")))],
      [.init("a", .category(.init(categories: ["x", "x"], imputed: "x")))],
      [.init("a", .category(.init(categories: ["x"], imputed: "x", unlearned: ["x"])))],
      [.init("a", .category(.init(categories: ["x"], imputed: "y", unlearned: ["y"])))],
      [
        .init("a", .number(.init(imputed: 0, mean: 0, scale: 1))),
        .init("a", .number(.init(imputed: 0, mean: 0, scale: 1))),
      ],
    ]
    for columns in bad {
      let found = problem { () throws(TableProblem) in _ = try FittedTable(columns: columns) }
      #expect(found != nil, "\(columns)")
    }
  }

  @Test("messages cut and clean what they quote")
  func quotesSafely() {
    let text = TableProblem.quoted("a\n\u{1B}[31m" + String(repeating: "x", count: 100))
    #expect(text.count == 43)
    #expect(!text.contains("\u{1B}"))
    #expect(TableProblem.list((0..<12).map { "c\($0)" }).hasSuffix("'c9' and 2 more"))
  }
}
