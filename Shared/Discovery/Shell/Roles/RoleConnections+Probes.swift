import DiscoveryCore
import Logging
import Primitives
import RPC
import RPCRuntime
import Synchronization
import Transport

/// How instances are connected to and checked. What has a `Control` runs under its lock.
extension RoleConnections {
  // MARK: Connecting

  /// Opens a new channel to the address of the state, and probes it.
  func connect(_ key: InstanceKey, _ control: inout Control) {
    guard var state = control.current[key] else { return }
    state.phase = .opening
    guard let address = TransportAddress(state.address.text) else {
      // The Core checks the same forms, so this is an address that only it can read.
      control.current[key] = state
      return failed(key, RPCError(.unavailable, "\(state.address) is no address"), &control)
    }
    let channel = makeChannel(address, state.instance)
    state.link.replaceChannel(with: channel)
    for (shard, slot) in zip(shards, state.slots) {
      shard.setChannel(channel, of: state.link, at: slot)
    }
    state.link.refusalCount.store(0, ordering: .relaxed)
    control.current[key] = state
    startChecks(key, channel, &control)
  }

  private func startChecks(
    _ key: InstanceKey,
    _ channel: ServiceChannel,
    _ control: inout Control
  ) {
    guard var state = control.current[key] else { return }
    state.checks?.cancel()
    state.run += 1
    let (link, run, timeout) = (state.link.number, state.run, options.healthTimeout)
    state.checks = Task.detached { [weak self] in
      while !Task.isCancelled {
        let result = await HealthProbe.check(channel, timeout: timeout)
        guard !Task.isCancelled, let pause = self?.probed(key, link, run, channel, result) else {
          return
        }
        do { try await Task.sleep(for: pause) } catch { return }
      }
    }
    control.current[key] = state
  }

  /// Checks now what would be checked later.
  func check(_ key: InstanceKey, _ control: inout Control) {
    guard let state = control.current[key], state.phase == .up,
      let channel = state.link.currentChannel
    else { return }
    startChecks(key, channel, &control)
  }

  /// Answers the pause before the next check; nil when this run is over.
  private func probed(
    _ key: InstanceKey,
    _ link: UInt64,
    _ run: Int,
    _ channel: ServiceChannel,
    _ result: ProbeResult
  ) -> Duration? {
    let pause: Duration? = control.withLock { control in
      guard let state = control.current[key], state.link.number == link, state.run == run,
        !control.isClosed
      else { return nil }
      switch (result, state.phase) {
      case (.answered(let isServing), _):
        if state.phase != .up {
          for (shard, slot) in zip(shards, state.slots) { shard.connected(slot) }
          control.current[key]?.phase = .up
          logger.debug("connected", metadata: ["instance": "\(key)", "channel": "\(channel.name)"])
        }
        return judged(key, hasPassed: isServing, &control)
      case (.silent, .up): return judged(key, hasPassed: false, &control)
      case (.silent(let error), _), (.unreachable(let error), _):
        failed(key, error, &control)
        return nil
      }
    }
    changed.raise()
    return pause
  }

  /// The pause before the next check.
  func judged(_ key: InstanceKey, hasPassed: Bool, _ control: inout Control) -> Duration {
    guard let state = control.current[key] else { return options.unhealthyInterval }
    let effects = zip(shards, state.slots).map { $0.checked($1, hasPassed: hasPassed) }
    switch effects.first {
    case .becameHealthy(let key):
      control.current[key]?.isUnhealthy = false
      state.link.refusalCount.store(0, ordering: .relaxed)
      tell(key, isHealthy: true)
    case .becameUnhealthy(let key):
      control.current[key]?.isUnhealthy = true
      logger.warning("an instance fails its health checks", metadata: ["instance": "\(key)"])
      tell(key, isHealthy: false)
    case .unchanged, .ignored, nil: break
    }
    let isWell = hasPassed && control.current[key]?.isUnhealthy == false
    let interval = isWell ? options.healthInterval : options.unhealthyInterval
    return interval * Double.random(in: 0.8...1.2, using: &control.generator)
  }

  private func failed(_ key: InstanceKey, _ error: RPCError, _ control: inout Control) {
    guard let state = control.current[key] else { return }
    let now = Instant.now
    control.current[key]?.phase = .down
    control.current[key]?.run += 1
    control.lastFailure = "\(key) at \(state.address): \(error.message)"
    let effects = zip(shards, state.slots).map { $0.connectFailed($1, now: now) }
    guard case .retry(let retryAt, let becameUnhealthy)? = effects.first else { return }
    logger.info(
      "an instance cannot be reached",
      metadata: ["instance": "\(key)", "address": "\(state.address)", "error": "\(error)"]
    )
    if becameUnhealthy {
      control.current[key]?.isUnhealthy = true
      tell(key, isHealthy: false)
    }
    setAlarm(min(retryAt, control.wakeAt ?? retryAt), &control)
  }

  private func setAlarm(_ instant: Instant?, _ control: inout Control) {
    control.wakeAt = instant
    guard let instant else { return }
    alarm.set(for: instant) { [weak self] in self?.timerFired() }
  }

  private func timerFired() {
    control.withLock { control in
      guard !control.isClosed else { return }
      switch shards[0].timerFired(now: .now) {
      case .connect(let dials, let wakeAt):
        for dial in dials {
          guard let state = control.current[dial.key], state.slots[0] == dial.slot,
            state.phase == .down
          else { continue }
          control.current[dial.key]?.address = dial.address
          connect(dial.key, &control)
        }
        setAlarm(wakeAt, &control)
      }
    }
  }

  func tell(_ key: InstanceKey, isHealthy: Bool) {
    // Not under the lock: the answer may be a change.
    Task.detached { [reportVerdict] in await reportVerdict(key, isHealthy) }
  }
}
