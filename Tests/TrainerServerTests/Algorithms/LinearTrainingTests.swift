import Foundation
import ONNX
import Primitives
import Protocols
import RPC
import Tabular
import TabularCoding
import Testing
import TrainerCore

@testable import TrainerServer

@Suite("linear-learner")
struct LinearTrainingTests {
  private func spec(_ reference: TrainingReference, l2: String = "0") -> TrainingSpec {
    TrainingSpec(
      algorithm: "linear-learner",
      label: "price",
      hyperparameters: ["l2": l2],
      validationFraction: reference.validation_fraction,
      seed: reference.seed
    )
  }

  private func expectClose(_ found: Double, _ wanted: Double, _ what: String) {
    #expect(abs(found - wanted) <= 1e-6 * max(1, abs(wanted)), "\(what): \(found), \(wanted)")
  }

  @Test("coefficients are within 1e-6 of scikit-learn's, with and without a ridge")
  func matchesReference() async throws {
    let reference = try TrainingReference.load()
    let folder = try TrainingFolder()
    for (wanted, l2) in [(reference.least_squares, 0), (reference.ridge, reference.ridge_l2)] {
      let spec = spec(reference, l2: "\(l2)")
      let request = try folder.request([TrainingReference.tablePath], spec)
      let prepared = try await TrainingRun.prepare(
        AlgorithmCatalog.linearLearner,
        spec,
        TableSummary(try #require(request.schema_)),
        request,
        "test",
        TrainingReport { _ in },
        StopFlag()
      )
      #expect(prepared.table.rowCount == wanted.rows)
      for (column, known) in zip(prepared.fitted.columns, wanted.columns) {
        switch column.encoding {
        case .number(let number):
          expectClose(number.mean, known.mean ?? .nan, column.name)
          expectClose(number.scale, known.scale ?? .nan, column.name)
        case .category(let category): #expect(category.categories == known.categories)
        }
      }
      let answer = try LinearTraining(prepared: prepared).solve(l2: l2)
      #expect(answer.weights.count == wanted.coefficients.count)
      for (index, weight) in answer.weights.enumerated() {
        expectClose(weight, wanted.coefficients[index], "l2 \(l2), coefficient \(index)")
      }
      expectClose(answer.intercept, wanted.intercept, "l2 \(l2), intercept")
    }
  }

  @Test("a run ends with a manifest that says what was made, and the errors of scikit-learn")
  func reportsRun() async throws {
    let reference = try TrainingReference.load()
    let folder = try TrainingFolder()
    let log = ReportLog()
    let request = try folder.request([TrainingReference.tablePath], spec(reference))
    try await TrainingRun.run(request, codeVersion: "1.2.3") { log.add($0) }
    let manifest = try #require(log.manifest)
    let artifact = try folder.artifact()
    #expect(manifest.format == .onnx)
    #expect(manifest.framework == "martlet")
    #expect(manifest.task == "regression")
    #expect(manifest.files == [FileEntry(path: "model.onnx", sizeBytes: UInt64(artifact.count))])
    #expect(manifest.entryPath == "model.onnx")
    #expect(manifest.lineage?.hyperparameters == ["l2": "0"])
    #expect(manifest.lineage?.codeVersion == "1.2.3")
    let values = Dictionary(uniqueKeysWithValues: manifest.metrics.map { ($0.name, $0.value) })
    expectClose(values["validation:rmse"] ?? .nan, reference.least_squares.rmse, "rmse")
    expectClose(values["validation:mae"] ?? .nan, reference.least_squares.mae, "mae")
    expectClose(values["validation:r2"] ?? .nan, reference.least_squares.r2, "r2")
    let model = try ONNXModel(reading: Bytes(artifact))
    #expect(model.inputs.map(\.name) == manifest.signature?.inputs.map(\.name))
    #expect(manifest.signature?.inputs.first?.shape == [-1, 10])
    guard case .table(let table)? = manifest.preprocessing?.kind else {
      Issue.record("no preprocessing")
      return
    }
    #expect(table.tensor == "features")
    #expect(try FittedTable(table).width == 10)
    #expect(log.progress.first == 0)
    #expect(log.progress.last == 1)
    #expect(log.progress == log.progress.sorted())
    #expect(log.lines.contains { $0.contains("5 rows have no label") })
  }

  @Test("the same request gives the same bytes, also from two files without headers")
  func repeatsBytes() async throws {
    let folder = try TrainingFolder()
    let first = try folder.write("x,y\n1,2\n2,4.5\n3,6\n4,7\n5,11\n6,12\n", as: "a.csv")
    let second = try folder.write("1,2\n2,4.5\n", as: "b.csv")
    let third = try folder.write("3,6\n4,7\n5,11\n6,12\n", as: "c.csv")
    let named = TrainingSpec(algorithm: "linear-learner", label: "y", seed: 3)
    var artifacts: [Data] = []
    for paths in [[first], [first], [second, third]] {
      let log = ReportLog()
      let request = try folder.request([first], named)
      var used = request
      used.dataPaths = paths
      try await TrainingRun.run(used) { log.add($0) }
      artifacts.append(try folder.artifact())
    }
    #expect(Set(artifacts).count == 1)
  }

  @Test("more columns than rows, and columns that say the same, give the answer of least norm")
  func solvesDeficient() throws {
    // y = 3 a, a given twice: 1.5 each. The third column is constant and gets nothing.
    var squares = LeastSquares(width: 3)
    let rows: [Double] = [1, 1, 5, 2, 2, 5, 4, 4, 5]
    try rows.withUnsafeBufferPointer { try squares.add($0, labels: [3, 6, 12]) }
    let answer = try squares.solve(l2: 0)
    #expect(answer.rank == 1)
    for (found, wanted) in zip(answer.weights + [answer.intercept], [1.5, 1.5, 0, 0]) {
      #expect(abs(found - wanted) < 1e-12)
    }
    var single = LeastSquares(width: 2)
    try [7.0, 8].withUnsafeBufferPointer { try single.add($0, labels: [5]) }
    let alone = try single.solve(l2: 0)
    #expect(alone.weights == [0, 0])
    #expect(abs(alone.intercept - 5) < 1e-12)
  }

  @Test("blocks of rows give the answer of all rows at once")
  func foldsBlocks() throws {
    var generator = SeededGenerator(seed: 2)
    let rows = (0..<900).map { _ in Double.random(in: -1...1, using: &generator) }
    let labels = (0..<300).map { _ in Double.random(in: -1...1, using: &generator) }
    var whole = LeastSquares(width: 3)
    var parts = LeastSquares(width: 3)
    try rows.withUnsafeBufferPointer { data in
      try whole.add(data, labels: labels[...])
      for start in stride(from: 0, to: 300, by: 7) {
        let end = min(start + 7, 300)
        let block = UnsafeBufferPointer(rebasing: data[(start * 3)..<(end * 3)])
        try parts.add(block, labels: labels[start..<end])
      }
    }
    let (one, other) = (try whole.solve(l2: 0.5), try parts.solve(l2: 0.5))
    for (left, right) in zip(one.weights, other.weights) { #expect(abs(left - right) < 1e-12) }
    #expect(abs(one.intercept - other.intercept) < 1e-12)
  }
}
