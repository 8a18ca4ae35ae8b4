import RPC
import Synchronization

/// The bytes that a process holds for messages that it received and nobody has taken yet, over all
/// connections. What would break the budget ends its call with RESOURCE_EXHAUSTED.
public final class ReceiveBudget: Sendable {
  public let limitBytes: Int
  private let used = Atomic(0)

  /// - Parameter limitBytes: a quarter of the memory that the process may use is a good bound.
  public init(limitBytes: Int) { self.limitBytes = limitBytes }

  /// A quarter of the control group's limit, or of the machine's memory.
  public static let ofThisProcess = ReceiveBudget(limitBytes: MemoryLimit.processBytes / 4)

  public var usedBytes: Int { used.load(ordering: .relaxed) }

  /// False when the budget has no room.
  func take(_ byteCount: Int) -> Bool {
    let (_, now) = used.add(byteCount, ordering: .relaxed)
    if now <= limitBytes { return true }
    used.subtract(byteCount, ordering: .relaxed)
    return false
  }

  /// Most messages were never charged: then nothing is touched that the loops share.
  func give(_ byteCount: Int) {
    if byteCount > 0 { used.subtract(byteCount, ordering: .relaxed) }
  }
}
