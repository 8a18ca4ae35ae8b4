import Foundation
import Primitives
import Protocols
import RPC
import Tabular
import TabularCoding
import Testing
import TrainerCore

@testable import TrainerServer

/// Tests/Fixtures/Training/edges.json: tables that are likely to break a training, and what
/// scikit-learn says of them (edges.py made it).
struct EdgeCase: Decodable, Sendable, CustomTestStringConvertible {
  struct Column: Decodable {
    var name: String
    var mean: Double?
    var scale: Double?
    var categories: [String]?
  }

  struct File: Decodable {
    var seed: UInt64
    var validation_fraction: Double
    var cases: [EdgeCase]
  }

  var name: String
  var algorithm: String
  var csv: String
  var label: String
  var ignored: [String]
  var hyperparameters: [String: String]
  var columns: [Column]
  var coefficients: [Double]?
  var intercept: Double?
  /// Of the rows that are held out, in their order.
  var predictions: [Double]?
  var inertia: Double?
  var refusal: String?

  var testDescription: String { name }

  static let file: File? = {
    let url = TrainingReference.folder.appending(path: "edges.json")
    return (try? Data(contentsOf: url)).flatMap { try? JSONDecoder().decode(File.self, from: $0) }
  }()

  static func cases(_ algorithm: String) -> [EdgeCase] {
    file?.cases.filter { $0.algorithm == algorithm } ?? []
  }
}

@Suite("Tables that are likely to break a training, beside scikit-learn")
struct EdgeCaseTests {
  private func expectClose(_ found: Double, _ wanted: Double, _ what: String) {
    #expect(abs(found - wanted) <= 1e-6 * max(1, abs(wanted)), "\(what): \(found), \(wanted)")
  }

  private func prepare(_ edge: EdgeCase, _ folder: TrainingFolder) async throws -> PreparedTraining
  {
    let file = try #require(EdgeCase.file)
    let spec = TrainingSpec(
      algorithm: edge.algorithm,
      label: edge.label,
      ignoredColumns: edge.ignored,
      hyperparameters: edge.hyperparameters,
      validationFraction: file.validation_fraction,
      seed: file.seed
    )
    let request = try folder.request([try folder.write(edge.csv, as: "edge.csv")], spec)
    let prepared = try await TrainingRun.prepare(
      try AlgorithmCatalog.algorithm(named: edge.algorithm),
      spec,
      TableSummary(try #require(request.schema_)),
      request,
      "test",
      TrainingReport { _ in },
      StopFlag()
    )
    #expect(prepared.fitted.columns.map(\.name) == edge.columns.map(\.name))
    for (column, known) in zip(prepared.fitted.columns, edge.columns) {
      switch column.encoding {
      case .number(let number):
        expectClose(number.mean, known.mean ?? .nan, column.name)
        expectClose(number.scale / (known.scale ?? .nan), 1, column.name)
      case .category(let category): #expect(category.categories == known.categories)
      }
    }
    return prepared
  }

  @Test("the file of the cases is there")
  func hasCases() {
    #expect(EdgeCase.cases("linear-learner").count == 12)
    #expect(EdgeCase.cases("kmeans").count == 7)
  }

  @Test(
    "coefficients and predictions of linear-learner are within 1e-6 of LinearRegression's",
    arguments: EdgeCase.cases("linear-learner")
  )
  func regression(_ edge: EdgeCase) async throws {
    let folder = try TrainingFolder()
    let prepared = try await prepare(edge, folder)
    let training = LinearTraining(prepared: prepared)
    let answer = try training.solve(l2: prepared.hyperparameters.number("l2"))
    let wanted = try #require(edge.coefficients)
    #expect(answer.weights.count == wanted.count)
    for (index, weight) in answer.weights.enumerated() {
      expectClose(weight, wanted[index], "coefficient \(index)")
    }
    expectClose(answer.intercept, edge.intercept ?? .nan, "intercept")
    let rows = prepared.split.validation
    let width = prepared.fitted.width
    var encoded = [Double](repeating: 0, count: rows.count * width)
    encoded.withUnsafeMutableBufferPointer { prepared.encoder.encode(rows[...], into: $0) }
    for (row, known) in try #require(edge.predictions).enumerated() {
      var found = answer.intercept
      for element in 0..<width { found += answer.weights[element] * encoded[row * width + element] }
      expectClose(found, known, "row \(row)")
    }
    // To the end, with what is written down of it: no figure is not finite.
    let model = try await training.run(TrainingReport { _ in })
    #expect(model.metrics.allSatisfy { $0.value.isFinite })
  }

  @Test(
    "the inertia of kmeans is at most 1.01 times KMeans's best of ten, and what it refuses is too",
    arguments: EdgeCase.cases("kmeans")
  )
  func clustering(_ edge: EdgeCase) async throws {
    let folder = try TrainingFolder()
    let prepared = try await prepare(edge, folder)
    guard let wanted = edge.inertia else {
      let error = await #expect(throws: TableProblem.self) {
        try await KMeansTraining(prepared: prepared).run(TrainingReport { _ in })
      }
      #expect(error?.what.contains("k is 17, and there are 16 rows") == true)
      #expect(edge.refusal?.contains("n_clusters=17") == true)
      return
    }
    let model = try await KMeansTraining(prepared: prepared).run(TrainingReport { _ in })
    let inertia = try #require(model.metrics.first { $0.name == "train:inertia" }).value
    #expect(inertia <= 1.01 * wanted + 1e-9)
    #expect(inertia >= 0.9 * wanted - 1e-9)
    #expect(model.metrics.allSatisfy { $0.value.isFinite })
  }

  @Test("a column without a value is refused by name, where scikit-learn would drop it")
  func refusesEmptyColumn() async throws {
    var edge = try #require(EdgeCase.cases("linear-learner").first { $0.ignored == ["gap"] })
    edge.ignored = []
    let used = edge
    let folder = try TrainingFolder()
    let error = await #expect(throws: TableProblem.self) { _ = try await prepare(used, folder) }
    #expect(
      error?.description
        == "column 'gap': has no known value, so there is nothing to learn; ignore it"
    )
  }
}
