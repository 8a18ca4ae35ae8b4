import DiscoveryCore
import Logging
import Primitives
import RPC
import RPCRuntime
import Synchronization
import Transport

/// Makes the channel to an instance: TLS, names and limits are its business.
public typealias InstanceChannelFactory =
  @Sendable (_ address: TransportAddress, _ instance: Instance) -> ServiceChannel

/// The links to a role's instances: connects, checks, and tells the sets of all loops.
///
/// Every change goes to every shard, in one order, under one lock; the shards differ only in the
/// calls that run and in their policy's state. The first one decides when to try again.
/// Locks are taken in the order control, shard; the backend is never called under them.
final class RoleConnections: Sendable {
  enum Phase: Equatable {
    /// A probe is under way that decides. Becomes up or down.
    case opening
    /// Becomes opening (a call found it dead) or down (a check did).
    case up
    /// Becomes opening when the first shard's timer says so.
    case down
  }

  struct State {
    let link: InstanceLink
    var instance: Instance
    /// By shard.
    let slots: [TargetSlot]
    var address: InstanceAddress
    var phase = Phase.opening
    var isUnhealthy = false
    /// Which run of checks counts; answers to an older one are dropped.
    var run = 0
    var checks: Task<Void, Never>?
  }

  struct Control {
    var current: [InstanceKey: State] = [:]
    var nextLink: UInt64 = 0
    var isClosed = false
    /// The backend has told something.
    var hasHeard = false
    var trouble: String?
    /// Why the last instance that failed did, for callers.
    var lastFailure: String?
    var wakeAt: Instant?
    var generator: SeededGenerator
  }

  let role: String
  let shards: [RoleShard]
  let changed: ChangeSignal
  let options: RoleChannelOptions
  let control: Mutex<Control>
  let makeChannel: InstanceChannelFactory
  let reportVerdict: @Sendable (InstanceKey, Bool) async -> Void
  let alarm = Alarm()
  let logger: Logger

  init(
    role: String,
    shardCount: Int,
    options: RoleChannelOptions,
    logger: Logger,
    makeChannel: @escaping InstanceChannelFactory,
    reportVerdict: @escaping @Sendable (InstanceKey, Bool) async -> Void
  ) {
    var system = SystemRandomNumberGenerator()
    self.role = role
    self.options = options
    self.logger = logger
    self.makeChannel = makeChannel
    self.reportVerdict = reportVerdict
    shards = (0..<max(1, shardCount)).map { _ in
      RoleShard(policy: options.policy, backoff: options.reconnectBackoff, seed: system.next())
    }
    changed = ChangeSignal(waiterLimit: options.waitingCallLimit)
    control = Mutex(Control(generator: SeededGenerator(seed: system.next())))
  }

  // MARK: The view

  func apply(_ update: DirectoryUpdate) {
    control.withLock { control in
      guard !control.isClosed else { return }
      control.hasHeard = true
      control.trouble = update.trouble
      for change in update.changes { apply(change, &control) }
    }
    changed.raise()
  }

  private func apply(_ change: MemberChange, _ control: inout Control) {
    let dials = shards.compactMap { $0.memberChanged(change) }
    switch change {
    case .removed(let key):
      control.current.removeValue(forKey: key)?.checks?.cancel()
      logger.info("an instance is gone", metadata: ["instance": "\(key)"])
    case .quarantined(let key):
      guard let state = control.current[key] else { return }
      // Its next verdict decides whether it goes; a verdict that stands has to be told again.
      if state.isUnhealthy { tell(key, isHealthy: false) } else { check(key, &control) }
    case .cleared: return
    case .added(let instance), .updated(let instance):
      guard let dial = dials.first, dials.count == shards.count else {
        // The same start at the same address, described anew.
        control.current[instance.key]?.instance = instance
        return
      }
      control.current.removeValue(forKey: instance.key)?.checks?.cancel()
      control.nextLink += 1
      let link = InstanceLink(
        number: control.nextLink,
        key: instance.key,
        holderCount: shards.count
      )
      control.current[instance.key] = State(
        link: link,
        instance: instance,
        slots: dials.map(\.slot),
        address: dial.address
      )
      for (shard, dial) in zip(shards, dials) { shard.setChannel(nil, of: link, at: dial.slot) }
      connect(instance.key, &control)
    }
  }

  // MARK: The end

  /// Answers the health checks that were cut off, which still have to leave the loops.
  @discardableResult
  func close() -> [Task<Void, Never>] {
    let states = control.withLock { control in
      control.isClosed = true
      defer { control.current = [:] }
      return Array(control.current.values)
    }
    alarm.stop()
    for state in states {
      state.checks?.cancel()
      state.link.replaceChannel(with: nil)
    }
    changed.raise()
    return states.compactMap(\.checks)
  }
}
