import Primitives
import Protocols
import RPCRuntime
import Tabular
import TrainerCore

/// A table that is loaded, split and fitted: what an algorithm starts from.
struct PreparedTraining: Sendable {
  let table: TrainingTable
  let split: RowSplit
  let fitted: FittedTable
  let encoder: DesignEncoder
  let hyperparameters: HyperparameterValues
  let seed: UInt64
  let checkpointFolder: String
  let codeVersion: String
  let memory: MemoryBudget
  let executor: BlockingExecutor
  let stop: StopFlag
}

/// What an algorithm made of it.
struct TrainedModel: Sendable {
  /// The bytes of `model.onnx`.
  var artifact: Bytes
  var signature: Signature
  /// The name of the artifact's input.
  var input: String
  var metrics: [Metric]
}
