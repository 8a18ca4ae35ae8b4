import InferenceCore
import Primitives
import Testing

@Suite("The life of a replica")
struct ReplicaLifecycleTests {
  typealias Effect = ReplicaLifecycle.Effect

  /// The names of all states, each reached by events alone.
  enum Name: String, CaseIterable {
    case new, fetching, verifying, loading, warming, ready, draining, unloaded
    case failedFetch, failedLoad, failedForEver
  }

  enum Event: CaseIterable {
    case assigned, succeeded, passingFailure, lastingFailure, died, retryDue, drain, drained
  }

  private static func reach(_ name: Name) -> ReplicaLifecycle {
    var generator = SeededGenerator(seed: 1)
    var machine = ReplicaLifecycle()
    func steps(_ count: Int) {
      _ = machine.assigned()
      for _ in 0..<count { _ = machine.stepSucceeded() }
    }
    switch name {
    case .new: break
    case .fetching: steps(0)
    case .verifying: steps(1)
    case .loading: steps(2)
    case .warming: steps(3)
    case .ready: steps(4)
    case .draining:
      steps(4)
      _ = machine.drain()
    case .unloaded: _ = machine.drain()
    case .failedFetch:
      steps(0)
      _ = machine.stepFailed(.passing("away"), using: &generator)
    case .failedLoad:
      steps(2)
      _ = machine.workerDied("signal 9", using: &generator)
    case .failedForEver:
      steps(2)
      _ = machine.stepFailed(.lasting("no"), using: &generator)
    }
    return machine
  }

  private static func name(_ machine: ReplicaLifecycle) -> Name {
    switch machine {
    case .new: .new
    case .fetching: .fetching
    case .verifying: .verifying
    case .loading: .loading
    case .warming: .warming
    case .ready: .ready
    case .draining: .draining
    case .unloaded: .unloaded
    case .failed(let failed):
      switch failed.next {
      case .fetch: .failedFetch
      case .load: .failedLoad
      case nil: .failedForEver
      }
    }
  }

  private static func send(_ event: Event, to machine: inout ReplicaLifecycle) -> Effect {
    var generator = SeededGenerator(seed: 7)
    return switch event {
    case .assigned: machine.assigned()
    case .succeeded: machine.stepSucceeded()
    case .passingFailure: machine.stepFailed(.passing("away"), using: &generator)
    case .lastingFailure: machine.stepFailed(.lasting("no"), using: &generator)
    case .died: machine.workerDied("signal 11", using: &generator)
    case .retryDue: machine.retryDue()
    case .drain: machine.drain()
    case .drained: machine.drained()
    }
  }

  /// What is not named here changes nothing.
  private static let changes: [Name: [Event: (Effect, Name)]] = [
    .new: [.assigned: (.fetch, .fetching), .drain: (.unload, .unloaded)],
    .fetching: [
      .succeeded: (.verify, .verifying), .passingFailure: (retry, .failedFetch),
      .lastingFailure: (stop, .failedForEver), .drain: (.cancelStep, .draining),
    ],
    .verifying: [
      .succeeded: (.load, .loading), .passingFailure: (retry, .failedFetch),
      .lastingFailure: (stop, .failedForEver), .drain: (.cancelStep, .draining),
    ],
    .loading: [
      .succeeded: (.warmUp, .warming), .passingFailure: (retry, .failedLoad),
      .lastingFailure: (stop, .failedForEver), .died: (retry, .failedLoad),
      .drain: (.cancelStep, .draining),
    ],
    .warming: [
      .succeeded: (.announce, .ready), .passingFailure: (retry, .failedLoad),
      .lastingFailure: (stop, .failedForEver), .died: (retry, .failedLoad),
      .drain: (.cancelStep, .draining),
    ],
    .ready: [
      .died: (.withdrawAndStopWorker(retryAfter: .zero), .failedLoad),
      .drain: (.withdrawAndAwaitCalls, .draining),
    ],
    .draining: [.drained: (.unload, .unloaded)],
    .unloaded: [:],
    .failedFetch: [.retryDue: (.fetch, .fetching), .drain: (.unload, .unloaded)],
    .failedLoad: [.retryDue: (.load, .loading), .drain: (.unload, .unloaded)],
    .failedForEver: [.drain: (.unload, .unloaded)],
  ]
  private static let retry = Effect.stopWorker(retryAfter: .zero)
  private static let stop = Effect.stopWorker(retryAfter: nil)

  /// The length of a wait is another test's.
  private static func withoutWait(_ effect: Effect) -> Effect {
    switch effect {
    case .stopWorker(.some): .stopWorker(retryAfter: .zero)
    case .withdrawAndStopWorker(.some): .withdrawAndStopWorker(retryAfter: .zero)
    default: effect
    }
  }

  @Test(
    "every event in every state has its effect and leads to its state",
    arguments: Name.allCases
  )
  func table(_ from: Name) {
    for event in Event.allCases {
      var machine = ReplicaLifecycleTests.reach(from)
      #expect(ReplicaLifecycleTests.name(machine) == from)
      let before = machine
      let effect = ReplicaLifecycleTests.send(event, to: &machine)
      if let expected = ReplicaLifecycleTests.changes[from]?[event] {
        #expect(ReplicaLifecycleTests.withoutWait(effect) == expected.0, "\(from) × \(event)")
        #expect(ReplicaLifecycleTests.name(machine) == expected.1, "\(from) × \(event)")
      } else {
        #expect(effect == .none, "\(from) × \(event)")
        #expect(machine == before, "\(from) × \(event)")
      }
    }
  }

  @Test("attempts that fail one after the other wait longer each time, up to half a minute")
  func backoff() {
    var generator = SeededGenerator(seed: 3)
    var machine = ReplicaLifecycle()
    _ = machine.assigned()
    var waits: [Duration] = []
    for _ in 0..<12 {
      guard
        case .stopWorker(let wait?) = machine.stepFailed(.passing("away"), using: &generator)
      else {
        Issue.record("a passing failure is tried again")
        return
      }
      waits.append(wait)
      #expect(machine.retryDue() == .fetch)
    }
    #expect(waits[0] < .milliseconds(300))
    #expect(zip(waits, waits.dropFirst()).prefix(6).allSatisfy { $0 < $1 })
    #expect(waits.allSatisfy { $0 <= .seconds(30) } && waits[11] > .seconds(15))
  }

  @Test("a failure says its reason until the next attempt")
  func reason() {
    var machine = ReplicaLifecycleTests.reach(.failedFetch)
    #expect(machine.failure == "away" && !machine.isReady && !machine.isLeaving)
    _ = machine.retryDue()
    #expect(machine.failure.isEmpty)
    #expect(ReplicaLifecycleTests.reach(.ready).isReady)
    #expect(ReplicaLifecycleTests.reach(.draining).isLeaving)
    #expect(ReplicaLifecycleTests.reach(.unloaded).isLeaving)
  }
}
