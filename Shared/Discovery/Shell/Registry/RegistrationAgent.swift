import DiscoveryCore
import Glibc
import Logging
import Primitives
import Protocols
import RPC
import RPCRuntime

/// Keeps an instance listed: registers, beats, drains, leaves. Carries out what `Registration`
/// decides; a registry that is away stops nothing.
public actor RegistrationAgent {
  private let client: RegistryClient
  private let logger: Logger
  private let alarm = Alarm()
  private let changed = ChangeSignal(waiterLimit: 1000)
  private var registration: Registration
  private var generator: SeededGenerator
  private var request: Task<Void, Never>?

  /// - Parameters:
  ///   - instance: Key as in this process's certificate; a generation above that of any earlier
  ///     start (`generationOfThisStart` is one).
  ///   - registry: Calls to the registry.
  ///   - backoff: Between requests that fail.
  public init(
    _ instance: Instance,
    registry: any CallChannel,
    backoff: Backoff = Backoff(initial: .milliseconds(500), cap: .seconds(10)),
    logger: Logger = Logger(label: "martlet.discovery")
  ) {
    var system = SystemRandomNumberGenerator()
    generator = SeededGenerator(seed: system.next())
    registration = Registration(instance, backoff: backoff)
    client = RegistryClient(registry)
    self.logger = logger
  }

  /// The wall clock in nanoseconds: rises with every start as long as the clock is set right.
  public static var generationOfThisStart: UInt64 {
    var time = timespec()
    clock_gettime(CLOCK_REALTIME, &time)
    return UInt64(max(0, time.tv_sec)) * 1_000_000_000 + UInt64(max(0, time.tv_nsec))
  }

  // MARK: A component's life

  /// Registers, and stays listed until `drainRequested` returns; then drains, waits for `notice`,
  /// so that clients learn of it before the port refuses calls, and leaves. For a component's
  /// `run`, as the last of the components, so that it drains first.
  ///
  /// - Cancellation: Leaves at once.
  /// - Throws: `SupersededError` when a newer start of the same instance took over.
  public func run(
    notice: Duration = .seconds(1),
    drainRequested: @escaping @Sendable () async -> Void
  ) async throws(SupersededError) {
    start()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await drainRequested() }
      group.addTask { await self.wait { $0.isOver } }
      await group.next()
      group.cancelAll()
    }
    if case .superseded(let generation) = registration.phase {
      throw SupersededError(byGeneration: generation)
    }
    drain()
    try? await Task.sleep(for: notice)
    await leave()
  }

  // MARK: Decisions

  public func start() { act(on: registration.start(now: .now)) }

  /// New calls shall go elsewhere; the lease is kept.
  public func drain() { act(on: registration.drain(now: .now)) }

  /// What this instance says of itself has changed.
  public func announce(
    addresses: [InstanceAddress],
    weight: Int,
    labels: [String: String],
    attributes: [String: Bytes]
  ) {
    act(
      on: registration.announce(
        addresses: addresses,
        weight: weight,
        labels: labels,
        attributes: attributes,
        now: .now
      )
    )
  }

  /// Says good-bye, and returns when the registry knows, or after 3 attempts; then the lease runs
  /// out by itself. Returns early when the task is cancelled.
  public func leave() async {
    act(on: registration.leave(now: .now))
    await wait { $0.isOver }
  }

  /// Returns when the registry lists the instance as it is now, or `deadline` is over: then false.
  public func isListed(by deadline: Instant) async -> Bool {
    await wait(until: deadline) { $0.isListed || $0.isOver }
    return isListed
  }

  /// The registry lists this instance as it describes itself.
  public var isListed: Bool {
    switch registration.phase {
    case .listed, .renewing: true
    case .idle, .registering, .waiting, .leaving, .left, .superseded: false
    }
  }

  private var isOver: Bool {
    switch registration.phase {
    case .left, .superseded: true
    case .idle, .registering, .listed, .renewing, .waiting, .leaving: false
    }
  }

  private func wait(
    until deadline: Instant = .distantFuture,
    _ isSo: @Sendable (isolated RegistrationAgent) -> Bool
  ) async {
    while !Task.isCancelled, deadline > .now {
      let version = changed.version
      if isSo(self) { return }
      // In parts, as no sleep is as long as "for ever".
      _ = await changed.wait(after: version, until: min(deadline, .now + .seconds(3600)))
    }
  }

  // MARK: Effects

  private func act(on effect: OnDecision) {
    switch effect {
    case .send(let request, let wakeAt): send(request, wakeAt)
    case .held, .ignored: break
    case .left: end()
    }
    changed.raise()
  }

  private func answered(_ number: RequestNumber, _ answer: RegistryAnswer) {
    switch registration.answered(number, answer, now: .now, using: &generator) {
    case .listed(let grant, let wakeAt):
      logger.info(
        "the registry lists this instance",
        metadata: ["lease": "\(grant.terms.duration)", "instance": "\(registration.instance.key)"]
      )
      setAlarm(wakeAt)
    case .renewed(let wakeAt): setAlarm(wakeAt)
    case .send(let request, let wakeAt):
      logger.info("the registry does not know the lease; registering anew")
      send(request, wakeAt)
    case .retry(let reason, let wakeAt):
      if let reason {
        logger.warning("the registry refuses this instance", metadata: ["reason": "\(reason)"])
      }
      setAlarm(wakeAt)
    case .left: end()
    case .superseded(let generation):
      logger.error(
        "a newer start of this instance took over; this process should end",
        metadata: ["generation": "\(generation)"]
      )
      end()
    case .ignored: return
    }
    changed.raise()
  }

  private func timerFired() {
    switch registration.timerFired(now: .now, using: &generator) {
    case .send(let request, let wakeAt): send(request, wakeAt)
    case .giveUp(let wakeAt):
      request?.cancel()
      setAlarm(wakeAt)
    case .wait(let wakeAt): setAlarm(wakeAt)
    case .left: end()
    case .ignored: return
    }
    changed.raise()
  }

  private func send(_ request: RegistryRequest, _ wakeAt: Instant) {
    self.request?.cancel()
    setAlarm(wakeAt)
    self.request = Task.detached { [weak self, client, logger] in
      let answer = await client.answer(to: request.kind, logger)
      guard !Task.isCancelled else { return }
      await self?.answered(request.number, answer)
    }
  }

  private func setAlarm(_ instant: Instant) {
    alarm.set(for: instant) { [weak self] in await self?.timerFired() }
  }

  private func end() {
    alarm.stop()
    request = nil
  }
}

/// A newer start of this instance holds its place: this process should end.
public struct SupersededError: Error, Sendable, Equatable, CustomStringConvertible {
  public let byGeneration: UInt64

  public var description: String {
    "generation \(byGeneration) of this instance has taken its place in the registry; "
      + "end this process, or give it a name of its own"
  }
}

extension RegistryClient {
  fileprivate func answer(
    to request: RegistryRequest.Kind,
    _ logger: Logger
  ) async -> RegistryAnswer {
    // The machine repeats, with a pause of its own.
    var options = CallOptions(timeout: Registration.answerTimeout)
    options.mayRetry = false
    do throws(RPCError) {
      switch request {
      case .register(let instance):
        let answer = try await register(
          RegisterInstanceRequest(instance: InstanceDescription(instance)),
          options: options
        )
        return .granted(Grant(answer.grant ?? LeaseGrant()))
      case .renew(let key, let generation):
        let answer = try await renew(
          RenewLeaseRequest(role: key.role, id: key.id, generation: generation),
          options: options
        )
        return .granted(Grant(answer.grant ?? LeaseGrant()))
      case .deregister(let key, let generation):
        _ = try await deregister(
          DeregisterInstanceRequest(role: key.role, id: key.id, generation: generation),
          options: options
        )
        return .granted(Grant(terms: LeaseTerms(), revision: 0))
      }
    } catch {
      if let refusal = error.registryError { return .refused(refusal) }
      logger.info("a request to the registry failed", metadata: ["error": "\(error)"])
      return .failed
    }
  }
}
