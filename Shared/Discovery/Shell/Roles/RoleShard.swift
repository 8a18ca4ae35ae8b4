import DiscoveryCore
import Primitives
import RPCRuntime
import Synchronization

/// One loop's connection set. Calls of that loop pick here, so the lock is free nearly always.
final class RoleShard: Sendable {
  typealias ConnectionSet = DiscoveryCore.ConnectionSet<AnyPickPolicy>

  struct Entry {
    let link: InstanceLink
    /// Nil until the first attempt to connect.
    var channel: ServiceChannel?
  }

  private struct State {
    var set: ConnectionSet
    var generator: SeededGenerator
    var entries: [TargetSlot: Entry] = [:]
  }

  /// Where a call goes; `ended` is to be called once.
  struct Picked: Sendable {
    let shard: RoleShard
    let slot: TargetSlot
    let link: InstanceLink
    let channel: ServiceChannel
    let begunAt: Instant
  }

  enum Pick {
    case call(Picked)
    case none(NoTarget)
  }

  private let state: Mutex<State>

  init(policy: AnyPickPolicy, backoff: Backoff, seed: UInt64) {
    state = Mutex(
      State(
        set: ConnectionSet(policy: policy, backoff: backoff),
        generator: SeededGenerator(seed: seed)
      )
    )
  }

  // MARK: Calls

  func pick(_ wanted: Wanted, avoiding avoided: InstanceKey?, now: Instant) -> Pick {
    state.withLock { state in
      let pick =
        if let key = wanted.key {
          state.set.pick(
            serving: key,
            by: wanted.policy,
            avoiding: avoided,
            using: &state.generator
          )
        } else {
          state.set.pick(avoiding: avoided, using: &state.generator)
        }
      switch pick {
      case .none(let reason): return .none(reason)
      case .call(let slot):
        guard let entry = state.entries[slot], let channel = entry.channel else {
          // A target is up only after a channel was put in its entry.
          preconditionFailure("a connection set picked a target that has no channel")
        }
        return .call(
          Picked(shard: self, slot: slot, link: entry.link, channel: channel, begunAt: now)
        )
      }
    }
  }

  func callEnded(_ slot: TargetSlot, _ report: CallReport, now: Instant) {
    let released = state.withLock { state -> InstanceLink? in
      switch state.set.callEnded(slot, report, now: now) {
      case .nothing, .ignored: return nil
      case .close(let slot): return state.entries.removeValue(forKey: slot)?.link
      }
    }
    released?.release()
  }

  // MARK: Changes, in the same order for the shards of all loops

  /// The place of a link that is to be opened. Places that nobody uses any more are let go.
  func memberChanged(_ change: MemberChange) -> Dial? {
    let (dial, released) = state.withLock { state -> (Dial?, InstanceLink?) in
      switch state.set.memberChanged(change, using: &state.generator) {
      case .connect(let dial): return (dial, nil)
      case .close(let slot): return (nil, state.entries.removeValue(forKey: slot)?.link)
      case .replace(let old, closesOld: true, let dial):
        return (dial, state.entries.removeValue(forKey: old)?.link)
      case .replace(_, closesOld: false, let dial): return (dial, nil)
      case .finish, .nothing: return (nil, nil)
      }
    }
    released?.release()
    return dial
  }

  func setChannel(_ channel: ServiceChannel?, of link: InstanceLink, at slot: TargetSlot) {
    state.withLock { $0.entries[slot] = Entry(link: link, channel: channel) }
  }

  func connected(_ slot: TargetSlot) {
    state.withLock { state in
      // A target that leaves is not probed any more, so "close" does not come.
      _ = state.set.connected(slot, using: &state.generator)
    }
  }

  func connectFailed(_ slot: TargetSlot, now: Instant) -> OnConnectionLost {
    state.withLock { $0.set.connectFailed(slot, now: now, using: &$0.generator) }
  }

  func disconnected(_ slot: TargetSlot, now: Instant) -> OnConnectionLost {
    state.withLock { $0.set.disconnected(slot, now: now, using: &$0.generator) }
  }

  func checked(_ slot: TargetSlot, hasPassed: Bool) -> OnHealthCheck {
    state.withLock { $0.set.checked(slot, hasPassed: hasPassed, using: &$0.generator) }
  }

  func timerFired(now: Instant) -> OnReconnectTimer {
    state.withLock { $0.set.timerFired(now: now) }
  }
}
