import DurableFiles
import Primitives
import Protocols
import RPCRuntime
import Tabular
import TrainerCore

/// `kmeans`: drives `KMeansMachine` over the encoded training rows, with a checkpoint.
///
/// A checkpoint is written at every boundary of a restart and otherwise at most once a second; a
/// run that finds one of the same plan and data goes on from it, and ends with the same bytes.
struct KMeansTraining: Sendable {
  /// Encoded elements at most: 2 GiB of double precision.
  static let elementLimit = 1 << 28
  /// Elements of all centres at most: the artifact takes as many for every row of a call.
  static let centerElementLimit = 1 << 20
  static let checkpointName = "kmeans.checkpoint"

  let prepared: PreparedTraining
  /// How long after a checkpoint within a restart the next is due.
  var checkpointInterval = Duration.seconds(1)

  private var checkpointPath: String { prepared.checkpointFolder + "/" + Self.checkpointName }

  func run(_ report: TrainingReport) async throws -> TrainedModel {
    try checkSize()
    let pass = try await prepared.executor.run { try encode(prepared.split.training) }
    let plan = try await prepared.executor.run { try makePlan(pass) }
    var machine = try await resume(plan, report)
    let outcome = try await drive(&machine, pass, report)
    try await report.line(
      "best of \(plan.restartCount) restarts: number \(outcome.restart + 1), "
        + "\(outcome.iterationCount) iterations, inertia \(outcome.inertia)"
    )
    let metrics = try await prepared.executor.run { try evaluate(outcome, pass) }
    try await report.metrics(metrics, step: max(1, machine.totalIterationCount))
    return TrainedModel(
      artifact: KMeansArtifact.encode(
        centers: outcome.centers,
        width: pass.width,
        codeVersion: prepared.codeVersion
      ),
      signature: Signature(
        inputs: [
          TensorSpec(name: KMeansArtifact.input, dataType: .fp32, shape: [-1, Int64(pass.width)])
        ],
        outputs: [
          TensorSpec(name: KMeansArtifact.cluster, dataType: .int64, shape: [-1]),
          TensorSpec(
            name: KMeansArtifact.distances,
            dataType: .fp32,
            shape: [-1, Int64(plan.clusterCount)]
          ),
        ]
      ),
      input: KMeansArtifact.input,
      metrics: metrics
    )
  }

  // MARK: Preparing

  private func checkSize() throws(TableProblem) {
    let rowCount = prepared.split.training.count
    let clusterCount = prepared.hyperparameters.integer("k")
    guard clusterCount <= rowCount else {
      throw TableProblem(
        "k is \(clusterCount), and there are \(rowCount) rows to train on",
        remedy: "ask for fewer clusters"
      )
    }
    guard clusterCount <= Self.centerElementLimit / prepared.fitted.width else {
      throw TableProblem(
        "\(clusterCount) clusters of \(prepared.fitted.width) elements are more than kmeans makes "
          + "(\(Self.centerElementLimit) elements)",
        remedy: "ask for fewer clusters, or ignore columns with many different words"
      )
    }
    try prepared.memory.check(
      MemoryNeed(
        kMeansOn: rowCount,
        heldOut: prepared.split.validation.count,
        width: prepared.fitted.width,
        clusterCount: clusterCount
      )
    )
    guard rowCount <= Self.elementLimit / prepared.fitted.width else {
      throw TableProblem(
        "\(rowCount) rows of \(prepared.fitted.width) elements are more than kmeans takes "
          + "(\(Self.elementLimit) elements)",
        remedy: "train on a part of the rows, or ignore columns"
      )
    }
  }

  private func encode(_ rows: [Int]) throws -> KMeansPass {
    let width = prepared.fitted.width
    let data = try [Double](unsafeUninitializedCapacity: rows.count * width) { buffer, written in
      let size = 4096
      for start in stride(from: 0, to: rows.count, by: size) {
        try prepared.stop.check()
        let block = rows[start..<min(start + size, rows.count)]
        let range = (start * width)..<(start * width + block.count * width)
        prepared.encoder.encode(block, into: UnsafeMutableBufferPointer(rebasing: buffer[range]))
      }
      written = rows.count * width
    }
    return KMeansPass(data: data, width: width)
  }

  private func makePlan(_ pass: KMeansPass) throws -> KMeansPlan {
    var moments = [RunningMoments](repeating: RunningMoments(), count: pass.width)
    var fingerprint = Fingerprint.of([])
    for (index, value) in pass.data.enumerated() {
      if index % 65_536 == 0 { try prepared.stop.check() }
      moments[index % pass.width].add(value)
      fingerprint = Fingerprint.combine(fingerprint, value.bitPattern)
    }
    let rowCount = Double(pass.rowCount)
    let variance = moments.reduce(0) { $0 + $1.squares / rowCount } / Double(pass.width)
    let values = prepared.hyperparameters
    return KMeansPlan(
      clusterCount: values.integer("k"),
      width: pass.width,
      restartCount: values.integer("n_init"),
      iterationLimit: values.integer("max_iterations"),
      shiftLimit: values.number("tolerance") * variance,
      seed: prepared.seed,
      dataFingerprint: fingerprint
    )
  }

  /// The machine of the checkpoint, or a new one.
  private func resume(_ plan: KMeansPlan, _ report: TrainingReport) async throws -> KMeansMachine {
    let path = checkpointPath
    let limit = 4096 + 24 * plan.clusterCount * plan.width
    let bytes = try await prepared.executor.run {
      do {
        return try SmallFile.read(path, limitBytes: limit)
      } catch let error as FileError where error.code == nil {
        // Too long, or no file: as good as damaged.
        return Bytes()
      }
    }
    guard let bytes else { return KMeansMachine(plan) }
    guard let machine = KMeansCheckpoint.decode(bytes, plan: plan) else {
      try await report.line("the checkpoint is not of this training: starting again")
      return KMeansMachine(plan)
    }
    try await report.line(
      "going on from the checkpoint: restart \(machine.currentRestart + 1), "
        + "after \(machine.totalIterationCount) iterations"
    )
    return machine
  }

  // MARK: Running

  private func drive(
    _ machine: inout KMeansMachine,
    _ pass: KMeansPass,
    _ report: TrainingReport
  ) async throws -> KMeansMachine.Outcome {
    let stop = prepared.stop
    var saved = ContinuousClock.now
    while true {
      switch machine.next {
      case .finish(let outcome): return outcome
      case .seed(let seed):
        let count = machine.plan.clusterCount
        let centers = try await prepared.executor.run {
          try pass.data.withUnsafeBufferPointer {
            try KMeansSeeding.centers(of: $0, width: pass.width, count: count, seed: seed) {
              try stop.check()
            }
          }
        }
        machine.seeded(centers)
      case .iterate(let centers):
        let outcome = try await prepared.executor.run { try pass.run(centers, stop) }
        machine.iterated(outcome.means)
        try await report.metric(
          "train:inertia",
          outcome.inertia,
          step: machine.totalIterationCount
        )
      case .evaluate(let centers):
        let outcome = try await prepared.executor.run { try pass.run(centers, stop) }
        machine.evaluated(inertia: outcome.inertia)
        try await report.progress(machine.progress)
      }
      if machine.isBetweenRestarts || saved.duration(to: .now) >= checkpointInterval {
        let (path, state) = (checkpointPath, machine)
        try await prepared.executor.run {
          try SmallFile.replace(path, with: KMeansCheckpoint.encode(state))
        }
        try await report.progress(machine.progress)
        saved = .now
      }
    }
  }

  // MARK: Measuring

  private func evaluate(
    _ outcome: KMeansMachine.Outcome,
    _ pass: KMeansPass
  ) throws -> [Metric] {
    let trained = try pass.run(outcome.centers, prepared.stop)
    var metrics = [
      Metric(name: "train:inertia", value: outcome.inertia),
      Metric(
        name: "train:mean_squared_distance",
        value: outcome.inertia / Double(pass.rowCount)
      ),
      Metric(name: "train:smallest_cluster", value: Double(trained.counts.min() ?? 0)),
      Metric(name: "train:largest_cluster", value: Double(trained.counts.max() ?? 0)),
    ]
    if !prepared.split.validation.isEmpty {
      let held = try encode(prepared.split.validation)
      let measured = try held.run(outcome.centers, prepared.stop)
      let mean = measured.inertia / Double(held.rowCount)
      metrics.append(Metric(name: "validation:mean_squared_distance", value: mean))
    }
    return metrics
  }
}
