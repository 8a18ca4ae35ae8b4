import DiscoveryCore
import Primitives
import Testing

@Suite struct RegistrationTests {
  private var generator = SeededGenerator(seed: 3)
  /// Waits of 1 s, 2 s, 4 s.
  private var registration = Registration(
    instance("a"),
    backoff: Backoff(initial: .seconds(1), multiplier: 2, jitter: 0, cap: .seconds(10))
  )

  private let grant = Grant(terms: LeaseTerms(), revision: 1)

  private func register(_ number: UInt64, _ instance: Instance) -> RegistryRequest {
    RegistryRequest(number: RequestNumber(number), kind: .register(instance))
  }
  private func renew(_ number: UInt64) -> RegistryRequest {
    RegistryRequest(number: RequestNumber(number), kind: .renew(key("a"), generation: 1))
  }
  private func deregister(_ number: UInt64) -> RegistryRequest {
    RegistryRequest(number: RequestNumber(number), kind: .deregister(key("a"), generation: 1))
  }

  private mutating func answer(
    _ number: UInt64,
    _ answer: RegistryAnswer,
    at seconds: Double
  ) -> OnAnswer {
    registration.answered(RequestNumber(number), answer, now: at(seconds), using: &generator)
  }
  private mutating func timer(at seconds: Double) -> OnRegistrationTimer {
    registration.timerFired(now: at(seconds), using: &generator)
  }

  /// Listed by request 1 at 0 s; gives the time of the next beat.
  private mutating func list() -> Double {
    _ = registration.start(now: at(0))
    guard case .listed(grant, let wakeAt) = answer(1, .granted(grant), at: 0) else {
      Issue.record("not listed")
      return 0
    }
    return Double(wakeAt.nanoseconds) / 1e9
  }

  // MARK: Idle

  @Test("Before the start only remembered changes and an end are possible")
  mutating func idle() {
    #expect(timer(at: 0) == .ignored)
    #expect(answer(0, .granted(grant), at: 0) == .ignored)
    #expect(!registration.holdsLease(now: at(0)))
    #expect(registration.drain(now: at(0)) == .held)
    #expect(registration.drain(now: at(0)) == .ignored)
    #expect(
      registration.start(now: at(0))
        == .send(register(1, instance("a", condition: .draining)), wakeAt: at(5))
    )
  }

  @Test("Leaving before the start is an end without a word")
  mutating func leaveIdle() {
    #expect(registration.leave(now: at(0)) == .left)
    #expect(registration.start(now: at(0)) == .ignored)
    #expect(registration.leave(now: at(0)) == .ignored)
    #expect(registration.drain(now: at(0)) == .ignored)
    #expect(timer(at: 0) == .ignored)
    #expect(registration.phase == .left)
  }

  // MARK: Registering

  @Test("A registration that is granted leads to beats a little before the interval ends")
  mutating func granted() {
    let beatAt = list()
    #expect(beatAt >= 4 && beatAt <= 5)
    #expect(registration.start(now: at(0)) == .ignored)
    #expect(registration.holdsLease(now: at(14.9)))
    #expect(!registration.holdsLease(now: at(15)))
    #expect(answer(1, .granted(grant), at: 1) == .ignored, "a repeated answer")
  }

  @Test("A registration that fails or is refused is repeated with back-off and says why")
  mutating func registerFails() {
    _ = registration.start(now: at(0))
    #expect(answer(1, .failed, at: 0) == .retry(because: nil, wakeAt: at(1)))
    #expect(timer(at: 0.5) == .wait(wakeAt: at(1)))
    #expect(timer(at: 1) == .send(register(2, instance("a")), wakeAt: at(6)))
    #expect(answer(1, .granted(grant), at: 2) == .ignored, "the answer to an older request")
    #expect(timer(at: 3) == .wait(wakeAt: at(6)))
    #expect(timer(at: 6) == .giveUp(wakeAt: at(8)))
    #expect(answer(2, .granted(grant), at: 7) == .ignored, "it was given up")
    #expect(timer(at: 8) == .send(register(3, instance("a")), wakeAt: at(13)))
    #expect(
      answer(3, .refused(.tooManyInstances(limit: 5)), at: 9)
        == .retry(because: .tooManyInstances(limit: 5), wakeAt: at(13))
    )
  }

  @Test("The lease counts from the sending of a request, not from its answer")
  mutating func leaseBegins() {
    _ = registration.start(now: at(0))
    _ = answer(1, .granted(grant), at: 4)
    #expect(registration.holdsLease(now: at(14.9)))
    #expect(!registration.holdsLease(now: at(15)))
  }

  // MARK: Beats

  @Test("Beats go on for ever while they are answered")
  mutating func beats() {
    _ = list()
    guard case .listed(var now) = registration.phase else {
      Issue.record("not listed")
      return
    }
    for number in UInt64(2)..<50 {
      #expect(
        registration.timerFired(now: now, using: &generator)
          == .send(renew(number), wakeAt: now + .seconds(5))
      )
      guard
        case .renewed(let wakeAt) = registration.answered(
          RequestNumber(number),
          .granted(grant),
          now: now,
          using: &generator
        )
      else {
        Issue.record("beat \(number) was not counted")
        return
      }
      #expect(wakeAt - now >= .seconds(4) && wakeAt - now <= .seconds(5))
      now = wakeAt
    }
  }

  @Test("Failed beats are repeated, and after half a lease the instance registers anew")
  mutating func failedBeats() {
    _ = list()
    #expect(timer(at: 5) == .send(renew(2), wakeAt: at(10)))
    #expect(answer(2, .failed, at: 5) == .retry(because: nil, wakeAt: at(6)))
    #expect(timer(at: 6) == .send(renew(3), wakeAt: at(11)))
    #expect(answer(3, .failed, at: 6) == .retry(because: nil, wakeAt: at(8)))
    #expect(timer(at: 8) == .send(register(4, instance("a")), wakeAt: at(13)))
    guard case .listed = answer(4, .granted(grant), at: 8) else {
      Issue.record("not listed again")
      return
    }
    #expect(registration.holdsLease(now: at(22)))
  }

  @Test("A beat without an answer is given up in time to register anew")
  mutating func silentBeat() {
    _ = list()
    #expect(timer(at: 5) == .send(renew(2), wakeAt: at(10)))
    #expect(timer(at: 10) == .giveUp(wakeAt: at(11)))
    #expect(timer(at: 11) == .send(register(3, instance("a")), wakeAt: at(16)))
  }

  @Test("A registry that does not know the lease hears the registration at once")
  mutating func unknownLease() {
    _ = list()
    _ = timer(at: 5)
    #expect(
      answer(2, .refused(.unknownLease), at: 5)
        == .send(register(3, instance("a")), wakeAt: at(10))
    )
    #expect(!registration.holdsLease(now: at(5)))
  }

  @Test("A newer start ends this registration for good")
  mutating func superseded() {
    _ = list()
    _ = timer(at: 5)
    #expect(
      answer(2, .refused(.superseded(byGeneration: 9)), at: 5) == .superseded(byGeneration: 9)
    )
    #expect(timer(at: 100) == .ignored)
    #expect(registration.drain(now: at(100)) == .ignored)
    #expect(registration.leave(now: at(100)) == .ignored)
    #expect(registration.start(now: at(100)) == .ignored)
    #expect(!registration.holdsLease(now: at(5)))
  }

  // MARK: Changes

  @Test("A change is sent at once, whatever is on its way, with a higher update")
  mutating func announce() {
    func changed(_ update: UInt64) -> Instance { instance("a", update: update, weight: 5) }
    func announce(_ registration: inout Registration, at seconds: Double) -> OnDecision {
      registration.announce(
        addresses: instance("a").addresses,
        weight: 5,
        labels: [:],
        attributes: [:],
        now: at(seconds)
      )
    }
    _ = registration.start(now: at(0))
    #expect(
      announce(&registration, at: 1) == .send(register(2, changed(1)), wakeAt: at(6)),
      "while registering"
    )
    _ = answer(2, .granted(grant), at: 1)
    #expect(
      announce(&registration, at: 2) == .send(register(3, changed(2)), wakeAt: at(7)),
      "while listed"
    )
    _ = answer(3, .granted(grant), at: 2)
    _ = timer(at: 7)
    #expect(
      announce(&registration, at: 7) == .send(register(5, changed(3)), wakeAt: at(12)),
      "while renewing"
    )
    _ = answer(5, .failed, at: 7)
    #expect(
      announce(&registration, at: 7.5) == .send(register(6, changed(4)), wakeAt: at(12.5)),
      "while waiting"
    )
    _ = registration.leave(now: at(8))
    #expect(announce(&registration, at: 8) == .ignored, "while leaving")
  }

  @Test("A change that was not delivered is delivered by the next attempt, not lost to a beat")
  mutating func changeIsNotLost() {
    _ = list()
    let drained = instance("a", update: 1, condition: .draining)
    #expect(registration.drain(now: at(1)) == .send(register(2, drained), wakeAt: at(6)))
    #expect(answer(2, .failed, at: 1) == .retry(because: nil, wakeAt: at(2)))
    #expect(timer(at: 2) == .send(register(3, drained), wakeAt: at(7)))
  }

  // MARK: Leaving

  @Test("A draining instance beats on until it leaves")
  mutating func drainThenLeave() {
    _ = list()
    _ = registration.drain(now: at(1))
    guard case .listed(_, let beatAt) = answer(2, .granted(grant), at: 1) else {
      Issue.record("the drain was not granted")
      return
    }
    #expect(
      registration.timerFired(now: beatAt, using: &generator)
        == .send(renew(3), wakeAt: beatAt + .seconds(5))
    )
    #expect(registration.leave(now: at(7)) == .send(deregister(4), wakeAt: at(12)))
    #expect(registration.leave(now: at(7)) == .ignored)
    #expect(answer(4, .granted(grant), at: 8) == .left)
    #expect(registration.phase == .left)
    #expect(!registration.holdsLease(now: at(8)))
  }

  @Test("The good-bye is said three times at most; then the lease runs out by itself")
  mutating func leaveFails() {
    _ = list()
    #expect(registration.leave(now: at(1)) == .send(deregister(2), wakeAt: at(6)))
    #expect(timer(at: 2) == .wait(wakeAt: at(6)))
    #expect(timer(at: 6) == .send(deregister(3), wakeAt: at(11)))
    #expect(answer(3, .failed, at: 7) == .retry(because: nil, wakeAt: at(8)))
    #expect(timer(at: 8) == .send(deregister(4), wakeAt: at(13)))
    #expect(timer(at: 13) == .left)
    #expect(timer(at: 14) == .ignored)
  }

  @Test("A refused or failed last good-bye is an end as well", arguments: [true, false])
  mutating func leaveRefused(_ isSuperseded: Bool) {
    _ = list()
    _ = registration.leave(now: at(1))
    if isSuperseded {
      #expect(
        answer(2, .refused(.superseded(byGeneration: 2)), at: 1) == .superseded(byGeneration: 2)
      )
    } else {
      #expect(answer(2, .refused(.unknownLease), at: 1) == .left)
    }
  }

  @Test("The last failed good-bye ends it")
  mutating func leaveFailsThrice() {
    _ = list()
    _ = registration.leave(now: at(1))
    _ = timer(at: 6)
    _ = timer(at: 11)
    #expect(answer(4, .failed, at: 12) == .left)
  }
}
