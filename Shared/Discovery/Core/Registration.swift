import Primitives

/// An instance's own side of its lease: register, beat, drain, leave.
///
/// A pure machine. A beat that fails is repeated with back-off; when half a lease has passed
/// without one, or the registry says that it knows no lease, the instance registers anew. A
/// registry that is down stops nothing: the instance serves on and keeps trying.
public struct Registration: Sendable {
  public enum Phase: Sendable, Equatable {
    /// Not started. Becomes registering or left.
    case idle
    /// A registration is on its way. Becomes listed, waiting, leaving or superseded.
    case registering(until: Instant)
    /// Listed; the next beat is due then. Becomes renewing, registering (a change to announce) or
    /// leaving.
    case listed(beatAt: Instant)
    /// A beat is on its way. Becomes listed, registering, waiting, leaving or superseded.
    case renewing(until: Instant)
    /// The last request failed. Becomes renewing while lease and description are fresh, else
    /// registering; leaving.
    case waiting(until: Instant)
    /// The good-bye is on its way for the n-th time. Becomes left or superseded.
    case leaving(until: Instant, attempt: Int)
    /// Done. Final.
    case left
    /// A newer start of the same instance holds the lease. Final.
    case superseded(byGeneration: UInt64)
  }

  /// A request without an answer is given up after this.
  public static let answerTimeout = Duration.seconds(5)
  /// Share of the beat interval by which a beat may come earlier; never later.
  public static let beatJitter = 0.2
  /// So often the good-bye is sent before the lease is left to run out.
  public static let leaveAttempts = 3

  /// As it is to be listed.
  public private(set) var instance: Instance
  public private(set) var phase: Phase = .idle

  private var requestNumber = RequestNumber(0)
  private var sentAt = Instant(nanoseconds: 0)
  /// The lease runs at least from here: the sending, not the answer, of the last good request.
  private var leaseBegan: Instant?
  /// The update that the registry is known to have.
  private var listedUpdate: UInt64?
  private var terms = LeaseTerms()
  private var backoff: Backoff

  /// `instance.generation` must be higher than that of any earlier start of the same instance.
  public init(
    _ instance: Instance,
    backoff: Backoff = Backoff(initial: .milliseconds(500), cap: .seconds(10))
  ) {
    self.instance = instance
    self.backoff = backoff
  }

  /// Whether the registry surely lists this instance at the moment, clocks apart.
  public func holdsLease(now: Instant) -> Bool {
    guard let leaseBegan else { return false }
    switch phase {
    case .idle, .left, .superseded: return false
    case .registering, .listed, .renewing, .waiting, .leaving:
      return now - leaseBegan < terms.duration
    }
  }

  // MARK: Decisions of the instance

  public mutating func start(now: Instant) -> OnDecision {
    switch phase {
    case .idle: return register(now: now)
    case .registering, .listed, .renewing, .waiting, .leaving, .left, .superseded: return .ignored
    }
  }

  /// The instance has changed what it says of itself. Key, generation and a condition that is
  /// draining already stay; `update` is counted here.
  public mutating func announce(
    addresses: [InstanceAddress],
    weight: Int,
    labels: [String: String],
    attributes: [String: Bytes],
    now: Instant
  ) -> OnDecision {
    change(now: now) {
      $0.addresses = addresses
      $0.weight = weight
      $0.labels = labels
      $0.attributes = attributes
    }
  }

  /// New calls shall go elsewhere. Beats go on until `leave`.
  public mutating func drain(now: Instant) -> OnDecision {
    guard instance.condition == .serving else { return .ignored }
    return change(now: now) { $0.condition = .draining }
  }

  /// Good-bye. To be called when the last call is done.
  public mutating func leave(now: Instant) -> OnDecision {
    switch phase {
    case .idle:
      phase = .left
      return .left
    case .registering, .listed, .renewing, .waiting:
      let (request, until) = deregister(attempt: 1, now: now)
      return .send(request, wakeAt: until)
    case .leaving, .left, .superseded: return .ignored
    }
  }

  // MARK: Answers and time

  public mutating func answered(
    _ number: RequestNumber,
    _ answer: RegistryAnswer,
    now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> OnAnswer {
    guard number == requestNumber else { return .ignored }
    switch phase {
    case .idle, .listed, .waiting, .left, .superseded: return .ignored
    case .registering:
      return answered(answer, isBeat: false, now: now, using: &generator)
    case .renewing:
      return answered(answer, isBeat: true, now: now, using: &generator)
    case .leaving(_, let attempt):
      return leaveAnswered(answer, attempt: attempt, now: now, using: &generator)
    }
  }

  public mutating func timerFired(
    now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> OnRegistrationTimer {
    switch phase {
    case .idle, .left, .superseded: return .ignored
    case .registering(let until), .renewing(let until):
      if now < until { return .wait(wakeAt: until) }
      return .giveUp(wakeAt: wait(now: now, using: &generator))
    case .listed(let until):
      if now < until { return .wait(wakeAt: until) }
    case .waiting(let until):
      if now < until { return .wait(wakeAt: until) }
    case .leaving(let until, let attempt):
      if now < until { return .wait(wakeAt: until) }
      guard attempt < Registration.leaveAttempts else {
        phase = .left
        return .left
      }
      let (request, until) = deregister(attempt: attempt + 1, now: now)
      return .send(request, wakeAt: until)
    }
    // A beat carries no description, so it must not follow a change that did not arrive.
    let isKnown = listedUpdate == instance.update
    let isFresh = isKnown && leaseBegan.map { now - $0 < terms.duration / 2 } ?? false
    let until = now + Registration.answerTimeout
    phase = isFresh ? .renewing(until: until) : .registering(until: until)
    let kind: RegistryRequest.Kind =
      isFresh
      ? .renew(instance.key, generation: instance.generation) : .register(instance)
    return .send(makeRequest(kind, now: now), wakeAt: until)
  }

  // MARK: Steps

  private mutating func change(now: Instant, _ body: (inout Instance) -> Void) -> OnDecision {
    switch phase {
    case .leaving, .left, .superseded: return .ignored
    case .idle:
      body(&instance)
      return .held
    case .registering, .listed, .renewing, .waiting:
      body(&instance)
      instance.update += 1
      return register(now: now)
    }
  }

  private mutating func register(now: Instant) -> OnDecision {
    let until = now + Registration.answerTimeout
    phase = .registering(until: until)
    return .send(makeRequest(.register(instance), now: now), wakeAt: until)
  }

  private mutating func deregister(attempt: Int, now: Instant) -> (RegistryRequest, Instant) {
    let until = now + Registration.answerTimeout
    phase = .leaving(until: until, attempt: attempt)
    let kind = RegistryRequest.Kind.deregister(instance.key, generation: instance.generation)
    return (makeRequest(kind, now: now), until)
  }

  private mutating func makeRequest(_ kind: RegistryRequest.Kind, now: Instant) -> RegistryRequest {
    requestNumber = RequestNumber(requestNumber.value + 1)
    sentAt = now
    return RegistryRequest(number: requestNumber, kind: kind)
  }

  private mutating func wait(
    now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> Instant {
    let until = now + backoff.next(using: &generator)
    phase = .waiting(until: until)
    return until
  }

  private mutating func answered(
    _ answer: RegistryAnswer,
    isBeat: Bool,
    now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> OnAnswer {
    switch answer {
    case .granted(let grant):
      backoff.reset()
      leaseBegan = sentAt
      if !isBeat { listedUpdate = instance.update }
      terms = grant.terms
      let share = Double.random(in: (1 - Registration.beatJitter)...1, using: &generator)
      let beatAt = now + terms.beatInterval * share
      phase = .listed(beatAt: beatAt)
      return isBeat ? .renewed(wakeAt: beatAt) : .listed(grant, wakeAt: beatAt)
    case .failed:
      return .retry(because: nil, wakeAt: wait(now: now, using: &generator))
    case .refused(.superseded(let generation)):
      phase = .superseded(byGeneration: generation)
      return .superseded(byGeneration: generation)
    case .refused(.unknownLease) where isBeat:
      leaseBegan = nil
      let until = now + Registration.answerTimeout
      phase = .registering(until: until)
      return .send(makeRequest(.register(instance), now: now), wakeAt: until)
    case .refused(let error):
      leaseBegan = nil
      return .retry(because: error, wakeAt: wait(now: now, using: &generator))
    }
  }

  private mutating func leaveAnswered(
    _ answer: RegistryAnswer,
    attempt: Int,
    now: Instant,
    using generator: inout some RandomNumberGenerator
  ) -> OnAnswer {
    switch answer {
    case .granted:
      phase = .left
      return .left
    case .refused(.superseded(let generation)):
      phase = .superseded(byGeneration: generation)
      return .superseded(byGeneration: generation)
    case .refused:
      // Nothing that a repetition could mend.
      phase = .left
      return .left
    case .failed:
      guard attempt < Registration.leaveAttempts else {
        phase = .left
        return .left
      }
      // The timer sends it again; a failed call must not be repeated at once.
      let until = now + backoff.next(using: &generator)
      phase = .leaving(until: until, attempt: attempt)
      return .retry(because: nil, wakeAt: until)
    }
  }
}
