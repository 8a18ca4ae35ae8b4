import Logging
import Processes
import RPC
import RPCRuntime
import SecureTransport

/// The worker process: the same executable, started as `inference worker …` by the service.
public enum InferenceWorker {
  /// The first argument that makes the executable a worker.
  static let command = "worker"
  /// Inferences that a worker runs and that wait in it, at most.
  static let callLimit = 2048

  /// What the host tells a worker of its engine, as arguments.
  struct Terms: Equatable, Sendable {
    var engineFolder: String
    var precision: OpenVINOEngine.Precision

    var arguments: [String] { [InferenceWorker.command, engineFolder, precision.rawValue] }

    init(engineFolder: String, precision: OpenVINOEngine.Precision) {
      self.engineFolder = engineFolder
      self.precision = precision
    }

    /// Nil when they are not what a host writes.
    init?(arguments: [String]) {
      guard arguments.count == 3, arguments[0] == InferenceWorker.command,
        let precision = OpenVINOEngine.Precision(rawValue: arguments[2])
      else { return nil }
      self.init(engineFolder: arguments[1], precision: precision)
    }
  }

  /// Both sides of the pair use the same limits.
  static var wireLimits: WireLimits {
    var limits = WireLimits()
    // There is no other traffic that a large tensor could hold up.
    limits.streamWindowBytes = 4 << 20
    limits.connectionWindowBytes = 16 << 20
    // No call waits on the host's side: one that asks what the worker does must always get through.
    limits.maximumStreams = 2 * InferenceWorker.callLimit
    // The host is no stranger: that many callers gave up says nothing of it, and a worker that
    // refused its calls for that would look as if it had ended.
    limits.cancelCount = .max
    return limits
  }

  /// Serves and never returns when the arguments (without the program's name) say that this
  /// process is a worker; returns at once otherwise.
  public static func runIfAsked(_ arguments: [String]) async {
    guard arguments.first == command else { return }
    await WorkerHost.run(name: "inference worker", wire: wireLimits) {
      guard let terms = Terms(arguments: arguments) else {
        throw RPCError(.invalidArgument, "a worker is started by its service, with its arguments")
      }
      return [
        InferenceWorkerAnswers(queueLimit: callLimit) { () throws(EngineError) in
          try OpenVINOEngine(folder: terms.engineFolder, precision: terms.precision)
        }
      ]
    }
  }
}
