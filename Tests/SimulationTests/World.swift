import Primitives
import RPC
import RPCRuntime
import TestKit

/// What is true of a simulation from outside: who was called, who answered, what ended how. It
/// writes down each thing that must not be.
// `@unchecked`: on the one thread of the simulation.
final class World: @unchecked Sendable {
  /// One time that a handler ran.
  struct Run: Sendable {
    var script: CallScript
    var attempt: UInt32
    var deadline: Instant
  }

  struct Result: Sendable {
    var outcome: SimulatedCaller.Outcome
    var startedAt: Instant
    var endedAt: Instant
    var isCancelled: Bool
  }

  let time: VirtualTime
  private(set) var problems: [String] = []
  private(set) var results: [Int: Result] = [:]
  private(set) var routeCount = 0
  private(set) var routeEndCount = 0
  private(set) var runningHandlerCount = 0
  private var scripts: [Int: CallScript] = [:]
  private var attempts: [Int: [UInt32]] = [:]
  private var tasks: [Int: Task<Void, Never>] = [:]
  private var cancelled: Set<Int> = []

  init(time: VirtualTime) { self.time = time }

  func problem(_ text: @autoclosure () -> String) {
    guard problems.count < 20 else { return }
    problems.append("\(time.elapsed): \(text())")
    time.note("PROBLEM \(problems[problems.count - 1])")
  }

  // MARK: Callers

  /// Starts the script's call when its time has come.
  func schedule(_ script: CallScript, over channel: ServiceChannel, target: String) {
    scripts[script.id] = script
    let caller = SimulatedCaller(world: self, channel: channel, script: script, target: target)
    time.after(script.start - time.elapsed) { [self] in
      time.note("\(script.name) begins")
      let startedAt = time.now
      tasks[script.id] = Task(executorPreference: time.loop) {
        let outcome = await caller.perform()
        self.ended(script, outcome, startedAt)
      }
      guard let delay = script.cancelAfter else { return }
      time.after(delay) { [self] in
        guard results[script.id] == nil else { return }
        time.note("\(script.name) is cancelled")
        cancelled.insert(script.id)
        tasks[script.id]?.cancel()
      }
    }
  }

  private func ended(
    _ script: CallScript,
    _ outcome: SimulatedCaller.Outcome,
    _ startedAt: Instant
  ) {
    time.note("\(script.name) ended \(outcome)")
    if results[script.id] != nil { problem("\(script.name) has a second outcome") }
    tasks[script.id] = nil
    results[script.id] = Result(
      outcome: outcome,
      startedAt: startedAt,
      endedAt: time.now,
      isCancelled: cancelled.contains(script.id)
    )
  }

  // MARK: Handlers

  func handlerBegan(_ context: CallContext) throws -> Run {
    guard let text = context.metadata.text("call"), let id = Int(text), let script = scripts[id]
    else {
      problem("a handler got a call that nobody made")
      throw RPCError(.internal, "nobody made this call")
    }
    let run = Run(script: script, attempt: context.attempt, deadline: context.deadline)
    time.note("\(script.name) handler begins, attempt \(run.attempt)")
    runningHandlerCount += 1
    if time.now >= run.deadline { problem("\(script.name) was started after its deadline") }
    var known = attempts[id, default: []]
    if known.contains(run.attempt) { problem("\(script.name) ran twice in one attempt") }
    known.append(run.attempt)
    attempts[id] = known
    if known.count > 1, !script.isIdempotent {
      problem("\(script.name) is not idempotent and ran \(known.count) times")
    }
    if known.count > 1, !script.mayRetry { problem("\(script.name) was retried against its will") }
    if script.sendsMetadata {
      try context.sendHead(World.metadata(script))
      try context.setTrailers(World.metadata(script))
    }
    if let result = results[id], case .failed(let error) = result.outcome, error.isNotStarted {
      problem("\(script.name) was told not_started, and then a handler began")
    }
    return run
  }

  func handlerEnded(_ run: Run) {
    time.note("\(run.script.name) handler ends")
    runningHandlerCount -= 1
    let late = time.now - run.deadline
    if !run.script.ignoresCancellation, late > .milliseconds(50) {
      problem("\(run.script.name): its handler ended \(late) after the deadline")
    }
  }

  func attempts(of script: CallScript) -> [UInt32] { attempts[script.id] ?? [] }

  // MARK: Messages

  func checkRequest(_ script: CallScript, _ index: Int, _ bytes: Bytes) {
    guard index < script.requests.count else {
      return problem("\(script.name): request \(index) was never sent")
    }
    if !Payload.isSame(bytes, Payload.request(script, index)) {
      problem("\(script.name): request \(index) has other bytes, \(bytes)")
    }
  }

  func checkResponse(_ script: CallScript, _ index: Int, _ bytes: Bytes) {
    guard index < script.responses.count else {
      return problem("\(script.name): response \(index) was never sent")
    }
    if !Payload.isSame(bytes, Payload.response(script, index)) {
      problem("\(script.name): response \(index) has other bytes, \(bytes)")
    }
  }

  func checkCount(_ script: CallScript, _ what: String, _ count: Int, _ expected: Int) {
    if count != expected { problem("\(script.name): \(count) \(what), \(expected) were sent") }
  }

  private static func metadata(_ script: CallScript) -> Metadata {
    var metadata = Metadata()
    metadata.append("answer-to", "\(script.id)")
    return metadata
  }

  func checkMetadata(_ script: CallScript, _ what: String, _ metadata: Metadata) {
    if metadata != (script.sendsMetadata ? World.metadata(script) : Metadata()) {
      problem("\(script.name): its \(what) are \(metadata.pairs)")
    }
  }

  // MARK: Routes

  func routed() { routeCount += 1 }
  func routeEnded() { routeEndCount += 1 }
}
