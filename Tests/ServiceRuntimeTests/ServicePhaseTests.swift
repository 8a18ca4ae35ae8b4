import Primitives
import ServiceRuntime
import Testing

@Suite("The phases of a service")
struct ServicePhaseTests {
  static let now = Instant(nanoseconds: 1000)
  static let deadline = Instant(nanoseconds: 1000 + 5_000_000_000)
  static let timeout = Duration.seconds(5)
  static let phases: [ServicePhase] = [
    .starting(startedCount: 0, componentCount: 2), .starting(startedCount: 1, componentCount: 2),
    .ready, .draining(deadline: deadline, exitCode: .ok),
    .draining(deadline: deadline, exitCode: .software), .stopped, .failed(.software),
  ]

  @Test("a service without components is ready at once")
  func empty() {
    #expect(ServicePhase(componentCount: 0) == .ready)
    #expect(ServicePhase(componentCount: 2) == Self.phases[0])
  }

  @Test("componentStarted in every phase")
  func started() {
    let expected: [(ServicePhase, ServicePhase.OnStarted)] = [
      (Self.phases[1], .start(1)), (.ready, .announceReady), (.ready, .ignore),
      (Self.phases[3], .ignore), (Self.phases[4], .ignore), (.stopped, .ignore),
      (.failed(.software), .ignore),
    ]
    for (phase, (after, effect)) in zip(Self.phases, expected) {
      var phase = phase
      #expect(phase.componentStarted() == effect)
      #expect(phase == after)
    }
  }

  @Test("stopRequested in every phase")
  func stop() {
    let drain = (
      ServicePhase.draining(deadline: Self.deadline, exitCode: .ok),
      ServicePhase.OnStop.beginDrain(deadline: Self.deadline)
    )
    let second = (ServicePhase.failed(ExitCode(143)), ServicePhase.OnStop.exitNow(ExitCode(143)))
    let expected = [
      drain, drain, drain, second, second, (.stopped, .ignore), (.failed(.software), .ignore),
    ]
    for (phase, (after, effect)) in zip(Self.phases, expected) {
      var phase = phase
      #expect(phase.stopRequested(signal: 15, now: Self.now, drainTimeout: Self.timeout) == effect)
      #expect(phase == after)
    }
  }

  @Test("componentFailed in every phase")
  func failed() {
    let code = ExitCode.unavailable
    let drain = (
      ServicePhase.draining(deadline: Self.deadline, exitCode: code),
      ServicePhase.OnStop.beginDrain(deadline: Self.deadline)
    )
    let expected = [
      drain, drain, drain, (drain.0, .ignore), (Self.phases[4], .ignore), (.stopped, .ignore),
      (.failed(.software), .ignore),
    ]
    for (phase, (after, effect)) in zip(Self.phases, expected) {
      var phase = phase
      #expect(phase.componentFailed(code, now: Self.now, drainTimeout: Self.timeout) == effect)
      #expect(phase == after)
    }
  }

  @Test("drainTimedOut in every phase")
  func timedOut() {
    let expected: [(ServicePhase, ServicePhase.OnStop)] = [
      (Self.phases[0], .ignore), (Self.phases[1], .ignore), (.ready, .ignore),
      (.failed(.drainTimedOut), .exitNow(.drainTimedOut)),
      (.failed(.software), .exitNow(.software)),
      (.stopped, .ignore), (.failed(.software), .ignore),
    ]
    for (phase, (after, effect)) in zip(Self.phases, expected) {
      var phase = phase
      #expect(phase.drainTimedOut() == effect)
      #expect(phase == after)
    }
  }

  @Test("allEnded in every phase")
  func ended() {
    let expected: [(ServicePhase, ExitCode)] = [
      (.stopped, .ok), (.stopped, .ok), (.stopped, .ok), (.stopped, .ok),
      (.failed(.software), .software), (.stopped, .ok), (.failed(.software), .software),
    ]
    for (phase, (after, code)) in zip(Self.phases, expected) {
      var phase = phase
      #expect(phase.allEnded() == code)
      #expect(phase == after)
    }
  }

  @Test("the drain's deadline exists only in a drain")
  func deadlines() {
    #expect(
      Self.phases.map(\.drainDeadline) == [nil, nil, nil, Self.deadline, Self.deadline, nil, nil]
    )
    #expect(
      Self.phases.map(\.name) == [
        .starting, .starting, .ready, .draining, .draining, .stopped, .failed,
      ]
    )
  }
}
