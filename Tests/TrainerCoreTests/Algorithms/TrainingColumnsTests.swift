import Tabular
import Testing
import TrainerCore

@Suite("Which columns are learned from")
struct TrainingColumnsTests {
  static let table = TableSummary(
    columns: [
      ColumnSummary(name: "area", kind: .number, distinctCount: 9),
      ColumnSummary(name: "town", kind: .category, distinctCount: 3),
      ColumnSummary(name: "sold", kind: .date, distinctCount: 9),
      ColumnSummary(name: "id", kind: .category, distinctCount: 5000),
      ColumnSummary(name: "empty", kind: .category, missingCount: 9),
      ColumnSummary(name: "price", kind: .number, distinctCount: 9),
    ],
    rowCount: 9
  )

  private func found(
    _ label: String,
    _ ignored: [String],
    _ algorithm: Algorithm = AlgorithmCatalog.linearLearner
  ) -> String? {
    problem { () throws(TableProblem) in
      _ = try TrainingColumns(of: Self.table, label: label, ignored: ignored, for: algorithm)
    }?.description
  }

  @Test("features are the columns that are neither label nor ignored")
  func choosesFeatures() throws {
    let columns = try TrainingColumns(
      of: Self.table,
      label: "price",
      ignored: ["sold", "id", "empty"],
      for: AlgorithmCatalog.linearLearner
    )
    #expect(columns.features.map(\.name) == ["area", "town"])
    #expect(columns.label?.name == "price")
  }

  @Test("a label that is not there is answered with the columns that are")
  func namesUnknownLabel() {
    let text = found("prise", [])
    #expect(text?.contains("no column 'prise'") == true)
    #expect(text?.contains("did you mean 'price'?") == true)
    #expect(text?.contains("'area', 'town'") == true)
  }

  @Test("a label of words or dates is refused for a regression")
  func refusesWords() {
    #expect(
      found("town", [])
        == "the label 'town' holds words, and linear-learner predicts numbers; "
        + "name a column of numbers as label"
    )
    #expect(found("sold", [])?.contains("holds dates") == true)
    #expect(found("empty", [])?.contains("has no known value") == true)
    #expect(found("", [])?.contains("needs a label") == true)
  }

  @Test("columns that cannot be features are named with the way out")
  func namesBadFeatures() {
    #expect(found("price", ["id", "empty"])?.hasPrefix("column 'sold': holds dates") == true)
    #expect(found("price", ["sold", "empty"])?.contains("column 'id': has 5000") == true)
    #expect(found("price", ["sold", "id"])?.contains("column 'empty'") == true)
    #expect(found("price", ["wrong"])?.contains("no column 'wrong', named as ignored") == true)
    #expect(found("price", ["price"])?.contains("both label and ignored") == true)
    #expect(
      found("price", ["area", "town", "sold", "id", "empty"])?.contains("no column is left") == true
    )
  }

  @Test("an algorithm that predicts no column takes no label")
  func refusesLabel() {
    #expect(found("price", [], AlgorithmCatalog.kMeans)?.contains("predicts no column") == true)
    #expect(found("", ["sold", "id", "empty"], AlgorithmCatalog.kMeans) == nil)
  }
}
