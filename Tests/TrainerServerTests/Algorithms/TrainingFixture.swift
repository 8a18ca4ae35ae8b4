import Foundation
import Primitives
import Protocols
import Synchronization
import Tabular
import TabularCoding

/// A folder of its own for a test, with checkpoints and output; removed when it goes.
final class TrainingFolder: Sendable {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "training-\(UUID().uuidString)")
    for name in ["checkpoint", "output"] {
      let folder = url.appending(path: name)
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func write(_ text: String, as name: String) throws -> String {
    let file = url.appending(path: name)
    try Data(text.utf8).write(to: file)
    return file.path
  }

  func request(
    _ paths: [String],
    _ spec: TrainingSpec,
    _ options: TableOptions = TableOptions()
  ) throws -> RunTrainingRequest {
    var scan = SchemaScan(options)
    for path in paths {
      scan.beginFile()
      try scan.read(Bytes(try Data(contentsOf: URL(filePath: path))))
      try scan.endFile()
    }
    return RunTrainingRequest(
      spec: spec,
      dataPaths: paths,
      schema_: TableSchema(try scan.finish()),
      checkpointFolder: url.appending(path: "checkpoint").path,
      outputFolder: url.appending(path: "output").path
    )
  }

  func artifact() throws -> Data {
    try Data(contentsOf: url.appending(path: "output/model.onnx"))
  }
}

/// Everything that a run reported.
final class ReportLog: Sendable {
  private let stored = Mutex<[RunTrainingResponse]>([])

  /// How many there are now, this one included.
  @discardableResult
  func add(_ response: RunTrainingResponse) -> Int {
    stored.withLock {
      $0.append(response)
      return $0.count
    }
  }

  var all: [RunTrainingResponse] { stored.withLock { $0 } }

  var manifest: Manifest? {
    guard case .finished(let finished)? = all.last?.event else { return nil }
    return finished.manifest
  }

  var lines: [String] {
    all.compactMap { response in
      if case .line(let line)? = response.event { line.text } else { nil }
    }
  }

  func metrics(_ name: String) -> [MetricPoint] {
    all.compactMap { response in
      guard case .metric(let point)? = response.event, point.name == name else { return nil }
      return point
    }
  }

  var progress: [Double] {
    all.compactMap { response in
      if case .progress(let progress)? = response.event { progress.fraction } else { nil }
    }
  }
}

/// Tests/Fixtures/Training: a table, and what scikit-learn says of it (make.py made both).
struct TrainingReference: Decodable {
  struct Column: Decodable {
    var name: String
    var mean: Double?
    var scale: Double?
    var categories: [String]?
  }

  struct Regression: Decodable {
    var rows: Int
    var columns: [Column]
    var coefficients: [Double]
    var intercept: Double
    var rmse: Double
    var mae: Double
    var r2: Double

    enum CodingKeys: String, CodingKey {
      case rows, columns, coefficients, intercept
      case rmse = "validation:rmse"
      case mae = "validation:mae"
      case r2 = "validation:r2"
    }
  }

  struct Clusters: Decodable {
    var k: Int
    var inertia: Double
  }

  var seed: UInt64
  var validation_fraction: Double
  var least_squares: Regression
  var ridge: Regression
  var ridge_l2: Double
  var clusters: Clusters

  static var folder: URL {
    URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Fixtures/Training")
  }

  static var tablePath: String { folder.appending(path: "houses.csv").path }

  static func load() throws -> TrainingReference {
    let file = try Data(contentsOf: folder.appending(path: "reference.json"))
    return try JSONDecoder().decode(TrainingReference.self, from: file)
  }
}
