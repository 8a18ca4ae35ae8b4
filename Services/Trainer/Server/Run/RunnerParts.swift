import Primitives
import Processes
import RPCRuntime
import SecureTransport

/// What running jobs stand on.
struct RunnerParts: Sendable {
  let store: any JobStore
  let signals: JobSignals
  let metrics: TrainerMetrics
  let executor: BlockingExecutor
  let cache: DatasetCache
  /// Calls to the model store.
  let modelStore: any CallChannel
  /// Starts a worker for a job.
  let startWorker: @Sendable () throws(ProcessError) -> WorkerProcess
  /// Jobs' folders, by id.
  let jobsFolder: String
  /// Of a job's running time.
  let maximumDuration: Duration
  /// Of this trainer, for lineage.
  let codeVersion: String
  var clock = RunnerClock.system
}
