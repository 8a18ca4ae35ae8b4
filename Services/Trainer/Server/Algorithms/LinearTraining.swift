import Primitives
import Protocols
import RPCRuntime
import Tabular
import TrainerCore

/// `linear-learner`: one direct solve over all training rows, then the errors on all rows.
///
/// It has no checkpoint: reading the data again takes as long as reading a state of the same size.
struct LinearTraining: Sendable {
  let prepared: PreparedTraining

  func run(_ report: TrainingReport) async throws -> TrainedModel {
    let width = prepared.fitted.width
    guard width <= LeastSquares.widthLimit else {
      throw TableProblem(
        "the encoded rows have \(width) elements, and linear-learner takes "
          + "\(LeastSquares.widthLimit)",
        remedy: "ignore columns with many different words"
      )
    }
    try prepared.memory.check(MemoryNeed(leastSquaresOf: width))
    let l2 = prepared.hyperparameters.number("l2")
    let answer = try await prepared.executor.run { try solve(l2: l2) }
    try await report.line(
      "solved for \(width) coefficients and the intercept; rank \(answer.rank)"
        + (answer.rank < width ? ", the answer of least norm" : "")
    )
    try await report.progress(0.8)
    let metrics = try await prepared.executor.run { try evaluate(answer) }
    try await report.metrics(metrics, step: 1)
    return TrainedModel(
      artifact: LinearArtifact.encode(
        weights: answer.weights,
        bias: answer.intercept,
        codeVersion: prepared.codeVersion
      ),
      signature: Signature(
        inputs: [
          TensorSpec(name: LinearArtifact.input, dataType: .fp32, shape: [-1, Int64(width)])
        ],
        outputs: [TensorSpec(name: LinearArtifact.output, dataType: .fp32, shape: [-1, 1])]
      ),
      input: LinearArtifact.input,
      metrics: metrics
    )
  }

  func solve(l2: Double) throws -> LeastSquares.Answer {
    var squares = LeastSquares(width: prepared.fitted.width)
    try eachBlock(prepared.split.training) { rows, encoded in
      let labels = rows.map { prepared.table.label[$0] }
      try squares.add(encoded, labels: labels[...])
    }
    try prepared.stop.check()
    return try squares.solve(l2: l2)
  }

  private func evaluate(_ answer: LeastSquares.Answer) throws -> [Metric] {
    var metrics: [Metric] = []
    let parts = [("train", prepared.split.training), ("validation", prepared.split.validation)]
    for (name, rows) in parts where !rows.isEmpty {
      let measured = try measure(answer, rows)
      metrics += [
        Metric(name: name + ":rmse", value: measured.rmse),
        Metric(name: name + ":mae", value: measured.mae),
        Metric(name: name + ":r2", value: measured.r2),
      ]
    }
    return metrics
  }

  private func measure(
    _ answer: LeastSquares.Answer,
    _ rows: [Int]
  ) throws -> RegressionMetrics {
    let width = prepared.fitted.width
    var measured = RegressionMetrics()
    try eachBlock(rows) { rows, encoded in
      for (index, row) in rows.enumerated() {
        var prediction = answer.intercept
        for element in 0..<width {
          prediction += answer.weights[element] * encoded[index * width + element]
        }
        measured.add(prediction: prediction, label: prepared.table.label[row])
      }
    }
    return measured
  }

  private func eachBlock(
    _ rows: [Int],
    _ body: (ArraySlice<Int>, UnsafeBufferPointer<Double>) throws -> Void
  ) throws {
    let size = LeastSquares.blockRowCount
    let buffer = UnsafeMutableBufferPointer<Double>.allocate(
      capacity: max(1, min(size, rows.count) * prepared.fitted.width)
    )
    defer { buffer.deallocate() }
    buffer.initialize(repeating: 0)
    for start in stride(from: 0, to: rows.count, by: size) {
      try prepared.stop.check()
      let block = rows[start..<min(start + size, rows.count)]
      prepared.encoder.encode(block, into: buffer)
      try body(block, UnsafeBufferPointer(buffer))
    }
  }
}
