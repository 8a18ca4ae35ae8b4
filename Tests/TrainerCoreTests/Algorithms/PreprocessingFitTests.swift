import Primitives
import Tabular
import Testing
import TrainerCore

@Suite("Fitting the preprocessing")
struct PreprocessingFitTests {
  static let summary = TableSummary(
    columns: [
      ColumnSummary(name: "n", kind: .number, distinctCount: 3),
      ColumnSummary(name: "same", kind: .number, distinctCount: 1),
      ColumnSummary(name: "w", kind: .category, distinctCount: 3),
    ],
    rowCount: 6
  )

  private func load(_ files: [String]) throws(TableProblem) -> TrainingTable {
    let columns = try TrainingColumns(
      of: Self.summary,
      label: "",
      ignored: [],
      for: AlgorithmCatalog.kMeans
    )
    var builder = try TrainingTableBuilder(columns, of: Self.summary)
    for file in files {
      builder.beginFile()
      var reader = CSVReader()
      try reader.read(Bytes(file)) { (row) throws(TableProblem) in try builder.add(row) }
      try reader.finish { (row) throws(TableProblem) in try builder.add(row) }
    }
    return try builder.finish()
  }

  static let files = ["n,same,w\n1,7.1,b\n3,7.1,a\n", "w,n,same\n?,NA,7.1\nb,5,7.1\n", "0,7.1,c\n"]

  @Test("numbers get mean and deviation, categories their sorted words and the most frequent")
  func fits() throws {
    let table = try load(Self.files)
    #expect(table.rowCount == 5)
    let fitted = try PreprocessingFit.fit(table, rows: [0, 1, 2, 3])
    #expect(fitted.columns.map(\.name) == ["n", "same", "w"])
    // Of 1, 3, 5 and one imputed 3.
    #expect(
      fitted.columns[0].encoding == .number(.init(imputed: 3, mean: 3, scale: 2.0.squareRoot()))
    )
    #expect(fitted.columns[1].encoding == .number(.init(imputed: 7.1, mean: 7.1, scale: 1)))
    #expect(
      fitted.columns[2].encoding
        == .category(.init(categories: ["a", "b"], imputed: "b", unlearned: ["c"]))
    )
  }

  @Test("of equally frequent words the first is imputed")
  func breaksTies() throws {
    let fitted = try PreprocessingFit.fit(try load(Self.files), rows: [1, 3])
    #expect(
      fitted.columns[2].encoding
        == .category(.init(categories: ["a", "b"], imputed: "a", unlearned: ["c"]))
    )
  }

  @Test("rows of training are encoded as rows of a call are")
  func encodesAlike() throws {
    let table = try load(Self.files)
    let fitted = try PreprocessingFit.fit(table, rows: [0, 1, 2, 3])
    let batch = try TableBatch(
      csv: Bytes("1,7.1,b\n3,7.1,a\n,7.1,?\n5,7.1,b\n0,7.1,c\n"),
      for: fitted
    )
    var encoded = [Double](repeating: 9, count: 5 * fitted.width)
    encoded.withUnsafeMutableBufferPointer {
      DesignEncoder(table, fitted).encode((0..<5).map { $0 }[...], into: $0)
    }
    #expect(encoded.map { Float($0) } == (try fitted.encode(batch)))
  }

  @Test("a column without a known value in the training rows is named")
  func namesUnknown() throws {
    let table = try load(["1,2,a\n,2,\n"])
    let found = problem { () throws(TableProblem) in
      _ = try PreprocessingFit.fit(table, rows: [1])
    }
    #expect(found?.column == "n")
    let large = problem { () throws(TableProblem) in
      _ = try PreprocessingFit.fit(try load(["1e200,2,a\n-1e200,2,b\n"]), rows: [0, 1])
    }
    #expect(large?.what.contains("too large") == true)
  }

  @Test("files that do not fit the schema are named with line and column")
  func namesBadFiles() {
    let word = problem { () throws(TableProblem) in _ = try load(["1,2,a\nx,2,a\n"]) }
    #expect(word?.place == "line 2")
    #expect(word?.column == "n")
    let narrow = problem { () throws(TableProblem) in _ = try load(["1,2,a\n1,2\n"]) }
    #expect(narrow?.place == "line 2")
    let other = problem { () throws(TableProblem) in _ = try load(["n,w,x\n1,2,a\n"]) }
    #expect(other?.column == "x")
    let missing = problem { () throws(TableProblem) in _ = try load(["n,w\n1,2\n"]) }
    #expect(missing?.column == "same")
    #expect(problem { () throws(TableProblem) in _ = try load([""]) } != nil)
  }

  @Test("mean and variance are right also where the mean is large beside the spread")
  func momentsAreStable() {
    var moments = RunningMoments()
    for index in 0..<1000 { moments.add(1e9 + Double(index % 2)) }
    #expect(moments.mean == 1e9 + 0.5)
    #expect(abs(moments.squares / 1000 - 0.25) < 1e-9)
  }
}
