import Dispatch
import Glibc
import Logging
import Primitives
import ServiceLifecycle
import Synchronization
import Telemetry

/// Runs components through the phases of a service, and speaks with systemd.
///
/// What must work when every thread of Swift's pool is stuck (signals, the drain's deadline, the
/// watchdog's silence) runs on a queue of its own.
final class ServiceRunner: Sendable {
  let status: ServiceStatus
  private let components: [any Component]
  private let drainTimeout: Duration
  private let notify: NotifySocket?
  private let logger: Logger
  private let exitNow: @Sendable (ExitCode) -> Void
  private let supervision = DispatchQueue(label: "martlet.supervision", qos: .userInitiated)
  private let gates: [StartGate]
  private let reloading = Mutex(ReloadState())
  private let group: Mutex<ServiceGroup?>

  private struct ReloadState {
    var isRunning = false
    var isWanted = false
  }

  init(
    components: [any Component],
    status: ServiceStatus,
    drainTimeout: Duration,
    notify: NotifySocket?,
    logger: Logger,
    exitNow: @escaping @Sendable (ExitCode) -> Void
  ) {
    self.components = components
    self.status = status
    self.drainTimeout = drainTimeout
    self.notify = notify
    self.logger = logger
    self.exitNow = exitNow
    gates = components.map { _ in StartGate() }
    group = Mutex(nil)
  }

  /// Starts the components, serves, drains, and answers the code to exit with.
  func run() async -> ExitCode {
    if let first = gates.first { first.open() } else { announceReady() }
    let services = components.indices.map { index in
      ServiceGroupConfiguration.ServiceConfiguration(
        service: ComponentService(runner: self, index: index),
        successTerminationBehavior: .gracefullyShutdownGroup,
        failureTerminationBehavior: .gracefullyShutdownGroup,
        serviceName: components[index].name
      )
    }
    var quiet = logger
    quiet.logLevel = .critical
    let serviceGroup = ServiceGroup(configuration: .init(services: services, logger: quiet))
    group.withLock { $0 = serviceGroup }
    // A stop may have come before the group stood.
    if status.drainDeadline != nil { await serviceGroup.triggerGracefulShutdown() }
    // Failures were recorded by the component that had them; the group's error repeats one.
    try? await serviceGroup.run()
    return status.update { $0.allEnded() }
  }

  // MARK: Events

  /// From the supervision queue.
  func stopRequested(signal: Int32) {
    logger.notice("stop requested", metadata: ["signal": .stringConvertible(signal)])
    perform(
      status.update {
        $0.stopRequested(signal: signal, now: .now, drainTimeout: drainTimeout)
      }
    )
  }

  /// Whoever held the other end of standard input has gone. From the lifeline's thread.
  func lifelineEnded() {
    supervision.async {
      // A starter that asks for a stop and then ends has asked once, not twice.
      guard self.status.drainDeadline == nil else { return }
      self.logger.notice("standard input has ended: whoever started this service has gone")
      self.stopRequested(signal: SIGTERM)
    }
  }

  private func componentFailed(_ component: any Component, _ error: (any Error)?) {
    let isDraining = status.drainDeadline != nil
    if error is CancellationError && isDraining { return }
    if let error {
      logger.critical(
        "component failed",
        error: error,
        metadata: ["component": "\(component.name)"]
      )
    } else {
      logger.critical("component ended unasked", metadata: ["component": "\(component.name)"])
    }
    let code = (error as? StartupError)?.exitCode ?? .software
    perform(
      status.update { $0.componentFailed(code, now: .now, drainTimeout: drainTimeout) }
    )
  }

  private func perform(_ effect: ServicePhase.OnStop) {
    switch effect {
    case .beginDrain(let deadline): beginDrain(deadline)
    case .exitNow(let code):
      logger.critical("exiting now", metadata: ["exit_code": "\(code)"])
      exitNow(code)
    case .ignore: break
    }
  }

  private func beginDrain(_ deadline: Instant) {
    send(["STOPPING=1", "STATUS=draining"])
    logger.notice("draining", metadata: ["timeout": "\(drainTimeout)"])
    let wait = max(0, (deadline - .now).wholeNanoseconds)
    supervision.asyncAfter(deadline: .now() + .nanoseconds(Int(wait))) {
      self.perform(self.status.update { $0.drainTimedOut() })
    }
    // Whoever still waits for its turn to start learns that there is none.
    for gate in gates { gate.open() }
    let group = group.withLock { $0 }
    Task { await group?.triggerGracefulShutdown() }
  }

  private func announceReady() {
    send(["READY=1", "STATUS=ready"])
    logger.notice("ready", metadata: ["components": .stringConvertible(components.count)])
  }

  private func send(_ fields: [String]) {
    if notify?.send(fields) == false {
      logger.warning("systemd cannot be notified", metadata: ["message": "\(fields[0])"])
    }
  }

  // MARK: One component

  private enum ChildEnd: Sendable { case component, drainRequest }

  /// The life of the component at `index`, inside of the service group.
  fileprivate func runComponent(_ index: Int) async throws {
    let component = components[index]
    await gates[index].wait()
    if status.drainDeadline != nil { return }
    logger.info("component starts", metadata: ["component": "\(component.name)"])
    let hasStarted = StartedFlag()
    let lifecycle = ComponentLifecycle(drainDeadline: { self.status.drainDeadline }) {
      guard hasStarted.raise() else { return }
      self.componentStarted(component)
    }
    do {
      try await withThrowingTaskGroup(of: ChildEnd.self) { tasks in
        tasks.addTask {
          try await component.run(lifecycle)
          return .component
        }
        tasks.addTask {
          await lifecycle.drainRequested()
          return .drainRequest
        }
        defer { tasks.cancelAll() }
        while case .drainRequest? = try await tasks.next() {
          // A stop during the start cancels the start; after it, the component drains by itself.
          if !hasStarted.isRaised { tasks.cancelAll() }
        }
      }
    } catch {
      componentFailed(component, error)
      throw error
    }
    if status.drainDeadline == nil { componentFailed(component, nil) }
    logger.info("component ended", metadata: ["component": "\(component.name)"])
  }

  private func componentStarted(_ component: any Component) {
    logger.info("component started", metadata: ["component": "\(component.name)"])
    switch status.update({ $0.componentStarted() }) {
    case .start(let next): gates[next].open()
    case .announceReady: announceReady()
    case .ignore: break
    }
  }

  // MARK: Reload, health

  /// Runs every component's reload, one after the other; one more run follows a request that comes
  /// meanwhile.
  func reloadRequested() {
    guard status.isReady else {
      logger.notice("reload ignored: the service is not ready")
      return
    }
    let mustStart = reloading.withLock { state in
      state.isWanted = true
      defer { state.isRunning = true }
      return !state.isRunning
    }
    if mustStart { Task { await self.reload() } }
  }

  private func reload() async {
    while reloading.withLock({ state in
      let goesOn = state.isWanted
      state.isWanted = false
      state.isRunning = goesOn
      return goesOn
    }) {
      let now = Instant.now.nanoseconds / 1000
      send(["RELOADING=1", "MONOTONIC_USEC=\(now)", "STATUS=reloading"])
      for component in components {
        do {
          try await component.reload()
        } catch {
          logger.error(
            "reload failed; the component goes on as before",
            error: error,
            metadata: ["component": "\(component.name)"]
          )
        }
      }
      logger.notice("reloaded")
      if status.isReady { send(["READY=1", "STATUS=ready"]) }
    }
  }

  /// Sends WATCHDOG=1 at `watchdog.interval` as long as every component says that it is healthy.
  /// A probe that hangs sends nothing, and no second one starts beside it.
  func watch(_ watchdog: Watchdog) -> any DispatchSourceTimer {
    let timer = DispatchSource.makeTimerSource(queue: supervision)
    let isProbing = StartedFlag()
    let interval = DispatchTimeInterval.nanoseconds(Int(watchdog.interval.wholeNanoseconds))
    timer.schedule(deadline: .now(), repeating: interval)
    timer.setEventHandler {
      guard isProbing.raise() else { return }
      Task {
        defer { isProbing.lower() }
        for component in self.components where await !component.isHealthy() {
          self.logger.error(
            "component is not healthy",
            metadata: ["component": "\(component.name)"]
          )
          return
        }
        self.send(["WATCHDOG=1"])
      }
    }
    timer.resume()
    return timer
  }

  /// Calls back on the supervision queue for each of `signals`; ready when this returns.
  func handle(
    _ signals: [Int32],
    _ handler: @escaping @Sendable (Int32) -> Void
  ) async -> [any DispatchSourceSignal] {
    var sources: [any DispatchSourceSignal] = []
    for signal in signals {
      let source = DispatchSource.makeSignalSource(signal: signal, queue: supervision)
      source.setEventHandler { handler(signal) }
      await withCheckedContinuation { (registered: CheckedContinuation<Void, Never>) in
        source.setRegistrationHandler { registered.resume() }
        source.resume()
      }
      sources.append(source)
    }
    return sources
  }
}

/// One component as swift-service-lifecycle sees it.
private struct ComponentService: Service {
  let runner: ServiceRunner
  let index: Int

  func run() async throws { try await runner.runComponent(index) }
}
