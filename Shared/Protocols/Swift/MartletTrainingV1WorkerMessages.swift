// Generated from martlet/training/v1/worker.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CProtocols
import Primitives
import WireCodec

public struct RunTrainingRequest: CBackedMessage {
  public var spec: TrainingSpec? = nil
  /// The dataset's files on this host, in its order; their digests were checked.
  public var dataPaths: [String] = []
  public var schema_: TableSchema? = nil
  /// Exists; what is in it is from an earlier attempt of the same job.
  public var checkpointFolder: String = ""
  /// Exists and is empty; gets the artifact's files.
  public var outputFolder: String = ""

  public init() {}

  public init(
    spec: TrainingSpec? = nil,
    dataPaths: [String] = [],
    schema_: TableSchema? = nil,
    checkpointFolder: String = "",
    outputFolder: String = ""
  ) {
    self.spec = spec
    self.dataPaths = dataPaths
    self.schema_ = schema_
    self.checkpointFolder = checkpointFolder
    self.outputFolder = outputFolder
  }

  public static let messageName = "martlet.training.v1.RunTrainingRequest"

  public var description: String {
    var text = MessageDescription("RunTrainingRequest")
    text.add("spec", self.spec)
    text.add("dataPaths", self.dataPaths)
    text.add("schema_", self.schema_)
    text.add("checkpointFolder", self.checkpointFolder)
    text.add("outputFolder", self.outputFolder)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__RunTrainingRequest>.size,
    mapEntries: [
      "martlet.training.v1.TrainingSpec.HyperparametersEntry",
    ],
  ) {
    martlet__training__v1__run_training_request__init($0.assumingMemoryBound(to: Martlet__Training__V1__RunTrainingRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__RunTrainingRequest.self)
    self.spec = Unpacked.message(c.pointee.spec, source) as TrainingSpec?
    self.dataPaths = Unpacked.texts(c.pointee.data_paths, c.pointee.n_data_paths)
    self.schema_ = Unpacked.message(c.pointee.schema, source) as TableSchema?
    self.checkpointFolder = Unpacked.text(c.pointee.checkpoint_folder)
    self.outputFolder = Unpacked.text(c.pointee.output_folder)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__RunTrainingRequest.self)
    martlet__training__v1__run_training_request__init(c)
    if let value = self.spec {
      c.pointee.spec = arena.message(value)
    }
    if !self.dataPaths.isEmpty {
      c.pointee.n_data_paths = self.dataPaths.count
      c.pointee.data_paths = arena.texts(self.dataPaths)
    }
    if let value = self.schema_ {
      c.pointee.schema = arena.message(value)
    }
    if !self.checkpointFolder.isEmpty {
      c.pointee.checkpoint_folder = arena.text(self.checkpointFolder)
    }
    if !self.outputFolder.isEmpty {
      c.pointee.output_folder = arena.text(self.outputFolder)
    }
  }
}

public struct RunTrainingResponse: CBackedMessage {
  public var event: Event?

  public enum Event: Sendable, Equatable {
    case progress(RunTrainingResponse.Progress)
    case metric(MetricPoint)
    case line(LogLine)
    /// The last event.
    case finished(RunTrainingResponse.Finished)
  }

  public struct Progress: CBackedMessage {
    /// 0 to 1.
    public var fraction: Double = 0

    public init() {}

    public init(
      fraction: Double = 0
    ) {
      self.fraction = fraction
    }

    public static let messageName = "martlet.training.v1.RunTrainingResponse.Progress"

    public var description: String {
      var text = MessageDescription("Progress")
      text.add("fraction", self.fraction)
      return text.text
    }

    public static let schema = MessageSchema(
      structBytes: MemoryLayout<Martlet__Training__V1__RunTrainingResponse__Progress>.size,
    ) {
      martlet__training__v1__run_training_response__progress__init($0.assumingMemoryBound(to: Martlet__Training__V1__RunTrainingResponse__Progress.self))
    }

    public init(unpacked message: UnsafeRawPointer, source: Bytes) {
      let c = message.assumingMemoryBound(to: Martlet__Training__V1__RunTrainingResponse__Progress.self)
      self.fraction = c.pointee.fraction
    }

    public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
      let c = message.assumingMemoryBound(to: Martlet__Training__V1__RunTrainingResponse__Progress.self)
      martlet__training__v1__run_training_response__progress__init(c)
      c.pointee.fraction = self.fraction
    }
  }

  public struct Finished: CBackedMessage {
    /// Without digests, lineage's job and dataset: the trainer adds them.
    public var manifest: Manifest? = nil

    public init() {}

    public init(
      manifest: Manifest? = nil
    ) {
      self.manifest = manifest
    }

    public static let messageName = "martlet.training.v1.RunTrainingResponse.Finished"

    public var description: String {
      var text = MessageDescription("Finished")
      text.add("manifest", self.manifest)
      return text.text
    }

    public static let schema = MessageSchema(
      structBytes: MemoryLayout<Martlet__Training__V1__RunTrainingResponse__Finished>.size,
      mapEntries: [
        "martlet.models.v1.LabelChoice.ReplacementsEntry",
        "martlet.models.v1.LabelChoice.ThresholdsEntry",
        "martlet.models.v1.Lineage.HyperparametersEntry",
        "martlet.models.v1.Manifest.TagsEntry",
      ],
    ) {
      martlet__training__v1__run_training_response__finished__init($0.assumingMemoryBound(to: Martlet__Training__V1__RunTrainingResponse__Finished.self))
    }

    public init(unpacked message: UnsafeRawPointer, source: Bytes) {
      let c = message.assumingMemoryBound(to: Martlet__Training__V1__RunTrainingResponse__Finished.self)
      self.manifest = Unpacked.message(c.pointee.manifest, source) as Manifest?
    }

    public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
      let c = message.assumingMemoryBound(to: Martlet__Training__V1__RunTrainingResponse__Finished.self)
      martlet__training__v1__run_training_response__finished__init(c)
      if let value = self.manifest {
        c.pointee.manifest = arena.message(value)
      }
    }
  }

  public init() {}

  public init(
    event: Event? = nil
  ) {
    self.event = event
  }

  public static let messageName = "martlet.training.v1.RunTrainingResponse"

  public var description: String {
    var text = MessageDescription("RunTrainingResponse")
    switch self.event {
    case .progress(let value)?: text.addChosen("progress", value)
    case .metric(let value)?: text.addChosen("metric", value)
    case .line(let value)?: text.addChosen("line", value)
    case .finished(let value)?: text.addChosen("finished", value)
    case nil: break
    }
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Training__V1__RunTrainingResponse>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__training__v1__run_training_response__init($0.assumingMemoryBound(to: Martlet__Training__V1__RunTrainingResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__RunTrainingResponse.self)
    switch c.pointee.event_case.rawValue {
    case 1:
      self.event = (Unpacked.message(c.pointee.progress, source) as RunTrainingResponse.Progress?).map { .progress($0) }
    case 2:
      self.event = (Unpacked.message(c.pointee.metric, source) as MetricPoint?).map { .metric($0) }
    case 3:
      self.event = (Unpacked.message(c.pointee.line, source) as LogLine?).map { .line($0) }
    case 4:
      self.event = (Unpacked.message(c.pointee.finished, source) as RunTrainingResponse.Finished?).map { .finished($0) }
    default: self.event = nil
    }
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Training__V1__RunTrainingResponse.self)
    martlet__training__v1__run_training_response__init(c)
    switch self.event {
    case .progress(let value)?:
      c.pointee.event_case = .init(rawValue: 1)
      c.pointee.progress = arena.message(value)
    case .metric(let value)?:
      c.pointee.event_case = .init(rawValue: 2)
      c.pointee.metric = arena.message(value)
    case .line(let value)?:
      c.pointee.event_case = .init(rawValue: 3)
      c.pointee.line = arena.message(value)
    case .finished(let value)?:
      c.pointee.event_case = .init(rawValue: 4)
      c.pointee.finished = arena.message(value)
    case nil: break
    }
  }
}
