import Logging
import Primitives
import Protocols
import RPC
import Synchronization
import Telemetry
import TrainerCore

/// Runs jobs: gives them places in their order, takes the steps that their machines ask for, and
/// tells the machines what came of them. Everything that it must not forget is in the job store, so
/// it begins again from there after any end.
final class JobRunner: Sendable {
  private struct State {
    var queue: JobQueue
    var tasks: [String: Task<Void, Never>] = [:]
    /// Why a job that runs waits, in words.
    var waits: [String: String] = [:]
    /// The service ends: jobs stay as they are kept.
    var isDraining = false
  }

  let parts: RunnerParts
  private let state: Mutex<State>
  private let logger = Logger(label: "martlet.trainer.jobs")

  init(_ parts: RunnerParts, concurrency: Int) {
    self.parts = parts
    state = Mutex(State(queue: JobQueue(concurrency: concurrency)))
  }

  // MARK: Life

  /// Takes up the jobs that an earlier process left. Before calls are answered: a job that is made
  /// meanwhile would be taken up twice.
  func recover() async throws {
    for id in try await parts.store.unfinished() {
      let (record, effect) = try await arrived(.recovered, at: id)
      switch effect {
      case .enqueue: enqueue(id)
      case .finish: await finish(record)
      case .none, .download, .train, .upload, .wait, .cancelWork: break
      }
    }
    try await refreshCounts()
  }

  /// Runs jobs until the task is cancelled; then ends their work, which is taken up at the next
  /// start.
  func run() async {
    while !Task.isCancelled { try? await Task.sleep(for: .seconds(3600)) }
    let tasks = state.withLock { state in
      state.isDraining = true
      return Array(state.tasks.values)
    }
    for task in tasks { task.cancel() }
    for task in tasks { await task.value }
  }

  /// A job is in the store and has no place yet.
  func enqueue(_ id: String) { start { $0.enqueue(id) } }

  /// Stops a job, or answers with what it has become already. The work ends soon after.
  func stop(_ key: JobKey) async throws -> JobRecord {
    let found = try await parts.store.job(key)
    let (record, effect) = try await arrived(.stopRequested, at: found.id)
    switch effect {
    case .cancelWork: cancel(record.id)
    case .finish: await finish(record)
    case .none, .enqueue, .download, .train, .upload, .wait: break
    }
    return record
  }

  func refreshCounts() async throws { parts.metrics.set(try await parts.store.counts()) }

  // MARK: Places

  /// Where a job stands that is not over.
  func standing(of id: String) -> JobStanding {
    state.withLock { state in
      guard let place = state.queue.place(of: id) else {
        return JobStanding(waitsFor: state.waits[id] ?? "")
      }
      return JobStanding(place: place, of: state.queue)
    }
  }

  private func start(_ change: (inout JobQueue) -> [String]) {
    let waiting = state.withLock { state -> [String] in
      guard !state.isDraining else { return [] }
      for id in change(&state.queue) {
        // Not a child of the call that happens to make room: the job is nobody's but its own.
        state.tasks[id] = Task.detached { [self] in
          await drive(id)
          left(id)
        }
      }
      parts.metrics.running.set(Int64(state.queue.running.count))
      parts.metrics.waiting.set(Int64(state.queue.waiting.count))
      return state.queue.waiting
    }
    // Their places may be others now.
    for id in waiting { parts.signals.changed(id) }
  }

  private func left(_ id: String) {
    state.withLock { state in
      state.tasks[id] = nil
      state.waits[id] = nil
    }
    start { $0.ended(id) }
  }

  private func cancel(_ id: String) { state.withLock { $0.tasks[id] }?.cancel() }

  private var isDraining: Bool { state.withLock { $0.isDraining } }

  // MARK: One job

  /// From a place to run to the end of the job, or of the service.
  private func drive(_ id: String) async {
    var event = JobEvent.admitted
    var meter: JobMeter?
    while !isDraining {
      guard let (record, effect) = await kept(event, at: id) else { return }
      switch effect {
      case .download, .train, .upload, .wait:
        let running = meter ?? JobMeter(record, parts)
        meter = running
        setWait(effect, after: event, of: id)
        event = await step(effect, record, running)
        // What is lost is counted less.
        try? await running.keep()
        if isDraining, event == .workEnded { return }
      case .finish: return await finish(record)
      case .none, .enqueue, .cancelWork: return
      }
    }
  }

  /// A job that waits for its next try says why.
  private func setWait(_ effect: JobEffect, after event: JobEvent, of id: String) {
    var words: String?
    if case .wait = effect {
      switch event {
      case .failed(let reason, _), .workerDied(let reason): words = "the next try, since \(reason)"
      case .admitted, .downloaded, .progressed, .finished, .uploaded, .waited, .stopRequested,
        .workEnded, .recovered:
        words = "the next try"
      }
    }
    let isChange = state.withLock { state in
      defer { state.waits[id] = words }
      return state.waits[id] != words
    }
    if isChange { parts.signals.changed(id) }
  }

  /// A step, within what is left of the job's time.
  private func step(
    _ effect: JobEffect,
    _ record: JobRecord,
    _ meter: JobMeter
  ) async -> JobEvent {
    await withTaskGroup(of: JobEvent?.self) { group in
      group.addTask { await self.attempt(effect, record) }
      group.addTask {
        do {
          try await meter.untilOver()
          return nil
        } catch {
          return .workEnded
        }
      }
      var isOverdue = false
      var outcome = JobEvent.workEnded
      for await event in group {
        if event == nil { isOverdue = true }
        if let event, event != .workEnded { outcome = event }
        group.cancelAll()
      }
      guard isOverdue, outcome == .workEnded else { return outcome }
      return .failed(
        words:
          "it ran for longer than \(parts.maximumDuration), which is the limit (jobs.max-duration)",
        isRetryable: false
      )
    }
  }

  private func attempt(_ effect: JobEffect, _ record: JobRecord) async -> JobEvent {
    let steps = JobSteps(parts: parts, record: record)
    do {
      switch effect {
      case .download: return try await steps.download()
      case .train: return try await steps.train()
      case .upload: return try await steps.upload()
      case .wait(let failureCount):
        try await parts.clock.wait(JobRunner.delay(failureCount))
        return .waited
      case .none, .enqueue, .cancelWork, .finish: return .workEnded
      }
    } catch {
      if Task.isCancelled { return .workEnded }
      let problem = error as? StepError ?? StepError("the trainer", error)
      logger.warning(
        "a step of a job failed",
        metadata: [
          "job": "\(record.key.name)", "id": "\(record.id)", "reason": "\(problem.words)",
          "is_retryable": "\(problem.isRetryable)",
        ]
      )
      return .failed(words: problem.words, isRetryable: problem.isRetryable)
    }
  }

  /// Half a second to begin with, half a minute in the end.
  private static func delay(_ failureCount: UInt32) -> Duration {
    var backoff = Backoff(initial: .milliseconds(500), cap: .seconds(30))
    var generator = SystemRandomNumberGenerator()
    var delay = Duration.zero
    for _ in 0..<min(max(failureCount, 1), 32) { delay = backoff.next(using: &generator) }
    return delay
  }

  private func finish(_ record: JobRecord) async {
    let words: String
    switch record.machine.state {
    case .completed(let version): words = "completed as version \(version)"
    case .failed(let reason): words = "failed: \(reason)"
    case .stopped: words = "stopped"
    case .starting, .downloading, .training, .uploading, .stopping: words = "goes on"
    }
    logger.notice(
      "a job is over",
      metadata: ["job": "\(record.key.name)", "id": "\(record.id)", "outcome": "\(words)"]
    )
    cancel(record.id)
    // What cannot be cleaned up is at the next start, and a gauge may be late.
    try? await uncancelled { [self] in
      await JobSteps(parts: parts, record: record).cleanUp()
      try await refreshCounts()
    }
    if record.startedUnixMicroseconds > 0 {
      parts.metrics.ended(Columns(record.machine.state).status, after: record.running)
    }
    left(record.id)
  }

  // MARK: Keeping

  /// Tells a job's machine what happened, in spite of a cancellation and of a store that does not
  /// take it right now. Nil when the service ends first.
  private func kept(_ event: JobEvent, at id: String) async -> (JobRecord, JobEffect)? {
    while true {
      do {
        return try await arrived(event, at: id)
      } catch {
        logger.error(
          "a job's state cannot be kept",
          metadata: ["id": "\(id)", "error": "\(error)"]
        )
        if isDraining { return nil }
        try? await uncancelled { try await Task.sleep(for: .seconds(1)) }
      }
    }
  }

  private func arrived(_ event: JobEvent, at id: String) async throws -> (JobRecord, JobEffect) {
    let parts = parts
    let (record, effect) = try await uncancelled {
      try await parts.store.arrived(
        event,
        at: id,
        nowUnixMicroseconds: WallClock.nowUnixMicroseconds
      )
    }
    parts.signals.changed(id)
    return (record, effect)
  }
}
