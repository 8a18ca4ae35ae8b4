import Settings

/// The settings of the inference service's own.
public struct InferenceSettings: Sendable {
  /// Who decides what a host serves.
  public enum Pool: String, Sendable, CaseIterable {
    /// The balancer, by `AssignReplicas`.
    case managed
    /// The operator, by what lies in the host's models folder.
    case selfHosted = "self-hosted"
  }

  public let pool = Setting(
    "pool",
    SettingType<Pool>.choice,
    default: .managed,
    doc: "who decides what this host serves: the balancer, or what lies in models.folder"
  )
  public let modelsFolder = Setting(
    "models.folder",
    SettingType<String>.path.optional,
    default: nil,
    doc: "of a self-hosted host: a folder for each endpoint, with manifest.binpb and its files"
  )
  public let engineFolder = Setting(
    "engine.openvino-folder",
    SettingType<String>.path.optional,
    default: nil,
    doc: "where deploy/fetch-openvino has put the engine; without it no model can be loaded"
  )
  public let threads = Setting(
    "engine.threads",
    .integer(0...1024, unit: "threads of a model"),
    default: 0,
    doc: "0 is the engine's own choice: one for each core"
  )
  public let precision = Setting(
    "engine.precision",
    SettingType<OpenVINOEngine.Precision>.choice,
    default: .f32,
    doc:
      "in what numbers the engine computes; bf16 is faster where the processor has it, less exact"
  )
  public let cacheBudget = Setting(
    "cache.budget",
    .byteCount((1 << 20)...(1 << 50)),
    default: 20 << 30,
    doc: "what fetched model files may take on disk; the least recently used goes first"
  )
  public let workerAddressSpace = Setting(
    "worker.address-space",
    SettingType<Int>.byteCount((1 << 30)...(1 << 50)).optional,
    default: nil,
    doc: "what a worker, one for each model, may map at most; it begins at about 700 MiB"
  )

  public let overrunLimit = Setting(
    "worker.overrun-limit",
    .duration(.milliseconds(100)...(.seconds(86_400))),
    default: .seconds(30),
    doc:
      "how long an inference may go on after its call's deadline; then its worker is ended and "
      + "started again"
  )
  public let hostCalls = Setting(
    "predict.host-calls",
    .integer(1...100_000, unit: "predictions in work on this host"),
    default: 1024,
    doc: "more are refused (RESOURCE_EXHAUSTED), so that they can go to another host"
  )
  public let hostBytes = Setting(
    "predict.host-bytes",
    .byteCount((1 << 20)...(1 << 50)),
    default: 1 << 30,
    doc: "what the predictions in work on this host may hold: requests, tensors and answers"
  )
  public let replicaCalls = Setting(
    "predict.replica-calls",
    .integer(1...InferenceWorker.callLimit, unit: "predictions in work of one replica"),
    default: 512,
    doc: "like predict.host-calls, for each loaded model"
  )
  public let replicaBytes = Setting(
    "predict.replica-bytes",
    .byteCount((1 << 20)...(1 << 50)),
    default: 512 << 20,
    doc: "like predict.host-bytes, for each loaded model"
  )

  public init() {}

  /// For the declaration of the executable.
  public var all: [any AnySetting] {
    [
      pool, modelsFolder, engineFolder, threads, precision, cacheBudget, workerAddressSpace,
      overrunLimit, hostCalls, hostBytes, replicaCalls, replicaBytes,
    ]
  }

  /// For the declaration of the executable.
  public var checks: [SettingsCheck] {
    let (pool, folder) = (pool, modelsFolder)
    return [
      SettingsCheck(at: folder.key) { settings in
        switch (settings[pool], settings[folder]) {
        case (.selfHosted, nil): "a self-hosted host serves what lies in a folder; name it"
        case (.managed, .some):
          "the balancer decides what a managed host serves; set pool to "
            + "self-hosted, or leave this out"
        case (.selfHosted, .some), (.managed, nil): nil
        }
      }
    ]
  }
}
