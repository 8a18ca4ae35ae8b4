import Digests
import Primitives
import Protocols
import RPC
import RPCRuntime
import Tabular
import TabularCoding
import TestKit

/// What tests do with jobs.
extension TrainerWorld {
  /// A table of numbers, a category and missing cells, which a seed repeats. Its price is a
  /// weighted sum of the others, with a little noise.
  static func houses(rowCount: Int, seed: UInt64 = 7) -> String {
    var generator = SeededGenerator(seed: seed)
    var text = "rooms,area,quarter,price\n"
    for _ in 0..<rowCount {
      let rooms = Int.random(in: 1...9, using: &generator)
      let area = Double.random(in: 20...200, using: &generator)
      let quarter = ["north", "south", "west"][Int.random(in: 0..<3, using: &generator)]
      let noise = Double.random(in: -1...1, using: &generator)
      let price = 10 * Double(rooms) + 2 * area + (quarter == "south" ? 30 : 0) + noise
      let shownArea = Int.random(in: 0..<20, using: &generator) == 0 ? "" : "\(area)"
      text += "\(rooms),\(shownArea),\(quarter),\(price)\n"
    }
    return text
  }

  /// Uploads a table and makes a dataset of it; `claimed` is the table that its schema is of, and
  /// `change` makes other claims.
  func addDataset(
    _ name: String,
    _ text: String,
    claimed: String? = nil,
    options: CallOptions = TrainerWorld.timeout,
    caller: String = "operator",
    change: (inout TableSchema) -> Void = { _ in }
  ) async throws {
    let client = try storeClient(caller)
    let bytes = Bytes(text)
    let digest = Bytes(SHA256Hasher.digest(bytes).bytes)
    _ = try await client.uploadBlob(options: options) { writer in
      try await writer.write(
        UploadBlobRequest(
          part: .begin(.init(sha256: digest, sizeBytes: UInt64(bytes.count)))
        )
      )
      for start in stride(from: 0, to: bytes.count, by: 1 << 18) {
        let chunk = bytes.slice(start..<min(bytes.count, start + 1 << 18))
        try await writer.write(UploadBlobRequest(part: .chunk(chunk)))
      }
    }
    var scan = SchemaScan()
    scan.beginFile()
    try scan.read(Bytes(claimed ?? text))
    try scan.endFile()
    var schema = TableSchema(try scan.finish())
    change(&schema)
    _ = try await client.createDataset(
      CreateDatasetRequest(
        name: name,
        files: [FileEntry(path: "data.csv", sizeBytes: UInt64(bytes.count), sha256: digest)],
        schema_: schema
      ),
      options: options
    )
  }

  static func regression(_ dataset: String = "houses", model: String = "prices") -> TrainingSpec {
    TrainingSpec(
      algorithm: "linear-learner",
      dataset: dataset,
      label: "price",
      seed: 1,
      model: model,
      aliases: ["champion"]
    )
  }

  /// Takes some seconds, all of them in restarts that are checkpointed.
  static func clustering(_ dataset: String = "houses", restarts: Int) -> TrainingSpec {
    TrainingSpec(
      algorithm: "kmeans",
      dataset: dataset,
      ignoredColumns: ["price"],
      hyperparameters: ["k": "24", "n_init": "\(restarts)", "tolerance": "0"],
      seed: 3,
      model: "groups"
    )
  }

  func create(_ name: String, _ spec: TrainingSpec) async throws -> CreateTrainingJobResponse {
    try await trainerClient().createTrainingJob(
      CreateTrainingJobRequest(name: name, spec: spec),
      options: TrainerWorld.timeout
    )
  }

  func describe(_ name: String) async throws -> TrainingJob {
    let response = try await trainerClient().describeTrainingJob(
      DescribeTrainingJobRequest(name: name),
      options: TrainerWorld.timeout
    )
    guard let job = response.job else { throw ServiceProcessError("no job in the answer") }
    return job
  }

  /// What a watcher sees, up to the end of the job.
  func watch(_ name: String) async throws -> [WatchTrainingJobResponse.Event] {
    try await TrainerWorld.watch(name, through: trainerClient())
  }

  static func watch(
    _ name: String,
    through client: TrainerClient
  ) async throws -> [WatchTrainingJobResponse.Event] {
    try await client.watchTrainingJob(
      WatchTrainingJobRequest(name: name),
      options: CallOptions(timeout: .seconds(90))
    ) { responses in
      var events: [WatchTrainingJobResponse.Event] = []
      for try await response in responses {
        if let event = response.event { events.append(event) }
      }
      return events
    }
  }

  /// Waits for the job's end.
  func ended(_ name: String) async throws -> TrainingJob {
    var last = TrainingJob()
    try await eventually("\(name) ends", within: .seconds(60)) {
      last = try await describe(name)
      return last.status != .inProgress && last.status != .stopping
    }
    return last
  }

  func version(_ model: String, _ version: UInt32) async throws -> ModelVersion {
    let response = try await storeClient().describeVersion(
      DescribeVersionRequest(model: model, version: version),
      options: TrainerWorld.timeout
    )
    guard let version = response.version else { throw ServiceProcessError("no version") }
    return version
  }
}
