import DiscoveryCore
import RPCRuntime
import Synchronization

/// The way to one start of one instance, which the connection sets of all loops share.
///
/// Closed when the last set has let go of it, which a set does when its last call there has ended.
final class InstanceLink: Sendable {
  let number: UInt64
  let key: InstanceKey
  /// UNAVAILABLE answers of the server in a row.
  let refusalCount = Atomic(0)
  private let holderCount: Atomic<Int>
  private let channel = Mutex<ServiceChannel?>(nil)

  init(number: UInt64, key: InstanceKey, holderCount: Int) {
    self.number = number
    self.key = key
    self.holderCount = Atomic(holderCount)
  }

  /// What runs on the channel before ends there.
  func replaceChannel(with new: ServiceChannel?) {
    let old = channel.withLock { channel in
      defer { channel = new }
      return channel
    }
    old?.close()
  }

  var currentChannel: ServiceChannel? { channel.withLock { $0 } }

  func isCurrent(_ candidate: ServiceChannel) -> Bool { channel.withLock { $0 === candidate } }

  /// One of the sets needs it no more.
  func release() {
    if holderCount.subtract(1, ordering: .acquiringAndReleasing).newValue == 0 {
      replaceChannel(with: nil)
    }
  }
}
