import Digests
import InferenceCore
import Logging
import Primitives
import Processes
import Protocols
import RPC
import Synchronization
import Telemetry

/// One replica: the shell around `ReplicaLifecycle`. It does what the machine says, tells it how
/// that went, and hands its worker to the calls while it is ready.
///
/// Its tasks are detached: they often begin within a call (a plan of the balancer, the last
/// prediction of a replica that drains), whose deadline must not become theirs.
final class Replica: Sendable {
  struct State {
    var lifecycle = ReplicaLifecycle()
    var worker: ModelWorker?
    var form: ServingForm?
    var engine = ""
    /// The step that runs, and its number: what an older one reports does not count.
    var step: Task<Void, Never>?
    var stepNumber = 0
    var retry: Task<Void, Never>?
    var files = ReplicaFiles()
    var inFlightCount = 0
    var callCount: UInt64 = 0
    var generator: SeededGenerator
  }

  let description: ReplicaDescription
  let metrics: VersionMetrics
  let steps: ReplicaSteps
  /// Of its predictions in work.
  let gate: WorkGate
  let logger: Logger
  let state: Mutex<State>
  /// Called after every change of readiness, and once more when the replica is unloaded.
  private let onChange: @Sendable (Replica) -> Void

  init(
    _ description: ReplicaDescription,
    _ steps: ReplicaSteps,
    _ metrics: MetricsRegistry,
    onChange: @escaping @Sendable (Replica) -> Void
  ) {
    self.description = description
    self.steps = steps
    gate = WorkGate(steps.replicaRoom, of: steps.room)
    self.onChange = onChange
    self.metrics = VersionMetrics(metrics, description.identity)
    var logger = Logger(label: "martlet.inference.replica")
    logger[metadataKey: "endpoint"] = "\(description.identity.endpoint)"
    logger[metadataKey: "model"] = "\(description.identity.model)"
    logger[metadataKey: "version"] = "\(description.identity.version)"
    self.logger = logger
    var system = SystemRandomNumberGenerator()
    state = Mutex(State(generator: SeededGenerator(seed: system.next())))
  }

  var identity: ReplicaIdentity { description.identity }
  var isReady: Bool { state.withLock { $0.lifecycle.isReady } }
  var isUnloaded: Bool { state.withLock { $0.lifecycle == .unloaded } }
  /// Of the worker that was loaded last; empty before.
  var engine: String { state.withLock { $0.engine } }

  var actual: AssignmentPlan.Actual {
    state.withLock {
      AssignmentPlan.Actual(
        identity,
        isReady: $0.lifecycle.isReady,
        isLeaving: $0.lifecycle.isLeaving
      )
    }
  }

  var report: ReplicaReport {
    state.withLock { state in
      ReplicaReport(
        endpoint: identity.endpoint,
        variant: identity.variant,
        model: identity.model,
        modelVersion: identity.version,
        state: ReplicaState(state.lifecycle),
        failure: state.lifecycle.failure,
        callCount: state.callCount,
        endpointID: identity.endpointID
      )
    }
  }

  // MARK: Life

  func start() { apply { state in state.lifecycle.assigned() } }
  func drain() { apply { state in state.lifecycle.drain() } }

  /// Asks the machine under the lock, then does what it says.
  func apply(_ event: (inout State) -> ReplicaLifecycle.Effect) {
    let effect = state.withLock { event(&$0) }
    run(effect)
  }

  private func run(_ effect: ReplicaLifecycle.Effect) {
    switch effect {
    case .none: break
    case .fetch: runStep { try await $0.fetch() }
    case .verify: runStep { try await $0.verify() }
    case .load: runStep { try await $0.load() }
    case .warmUp: runStep { try await $0.warmUp() }
    case .announce:
      logger.notice("a replica is ready")
      onChange(self)
    case .stopWorker(let retryAfter): stopWorker(retryAfter: retryAfter)
    case .withdrawAndStopWorker(let retryAfter):
      onChange(self)
      stopWorker(retryAfter: retryAfter)
    case .cancelStep: state.withLock { $0.step }?.cancel()
    case .withdrawAndAwaitCalls:
      onChange(self)
      apply { state in state.inFlightCount == 0 ? state.lifecycle.drained() : .none }
    case .unload: unload()
    }
  }

  private func runStep(_ step: @escaping @Sendable (Replica) async throws -> Void) {
    let effect = state.withLock { state -> ReplicaLifecycle.Effect in
      // It was told to go between the decision and now; there is no step to cancel.
      if state.lifecycle.isLeaving { return state.lifecycle.drained() }
      state.stepNumber += 1
      let number = state.stepNumber
      state.step = Task.detached { [self] in
        do {
          try await step(self)
          stepEnded(number, nil)
        } catch {
          stepEnded(number, error)
        }
      }
      return .none
    }
    run(effect)
  }

  private func stepEnded(_ number: Int, _ error: (any Error)?) {
    if let error, !isLeaving {
      logger.warning("a replica's step failed", metadata: ["reason": "\(error)"])
    }
    apply { state in
      guard state.stepNumber == number else { return .none }
      state.step = nil
      if state.lifecycle.isLeaving { return state.lifecycle.drained() }
      guard let error else { return state.lifecycle.stepSucceeded() }
      return state.lifecycle.stepFailed(ReplicaSteps.failure(error), using: &state.generator)
    }
  }

  private var isLeaving: Bool { state.withLock { $0.lifecycle.isLeaving } }

  /// The worker that the step "load" made; its end is watched from here on.
  func adopt(_ worker: ModelWorker) {
    state.withLock { $0.worker = worker }
    Task.detached { [self] in
      let status = await worker.process.exited()
      apply { state in
        // One that was told to stop is not this replica's any more.
        guard state.worker === worker else { return .none }
        state.worker = nil
        return state.lifecycle.workerDied(
          worker.endReason ?? "the model's worker ended with \(status)",
          using: &state.generator
        )
      }
    }
  }

  private func stopWorker(retryAfter: Duration?) {
    let worker = state.withLock { state in
      defer { state.worker = nil }
      if let retryAfter {
        state.retry = Task.detached { [self] in
          do { try await Task.sleep(for: retryAfter) } catch { return }
          apply { $0.lifecycle.retryDue() }
        }
      }
      return state.worker
    }
    worker?.process.kill()
  }

  private func unload() {
    let (worker, files) = state.withLock { state in
      state.retry?.cancel()
      state.retry = nil
      defer {
        state.worker = nil
        state.files = ReplicaFiles()
      }
      return (state.worker, state.files)
    }
    Task.detached { [self] in
      _ = await worker?.process.stop(grace: .seconds(2))
      await steps.remove(files)
      logger.notice("a replica was unloaded")
      onChange(self)
    }
  }

  // MARK: Calls

  /// What a call works with; `end` must follow.
  struct Lease: Sendable {
    let worker: ModelWorker
    let form: ServingForm
  }

  /// Nil when the replica is not ready.
  func begin() -> Lease? {
    state.withLock { state in
      guard state.lifecycle.isReady, let worker = state.worker, let form = state.form else {
        return nil
      }
      state.inFlightCount += 1
      state.callCount += 1
      return Lease(worker: worker, form: form)
    }
  }

  func end() {
    apply { state in
      state.inFlightCount -= 1
      return state.inFlightCount == 0 ? state.lifecycle.drained() : .none
    }
  }
}

extension ReplicaState {
  /// The wire has no word for the states that pass at once.
  init(_ lifecycle: ReplicaLifecycle) {
    self =
      switch lifecycle {
      case .new, .fetching, .verifying: .fetching
      case .loading: .loading
      case .warming: .warming
      case .ready: .ready
      case .draining, .unloaded: .draining
      case .failed: .failed
      }
  }
}
