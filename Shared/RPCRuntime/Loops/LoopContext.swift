import Primitives
import RPC
import Transport
import WireCodec

/// What the runtime keeps for one loop: the wheel of deadlines, the arena of messages, the random
/// numbers of jitter and spans. For the loop's own thread only.
public final class LoopContext {
  public let loop: any TransportLoop
  /// For encoding and decoding on this loop; good until the next use.
  public let arena = Arena()
  /// For building one frame's body; good until the next use.
  let scratch = ByteOutput(capacity: 1024)
  var generator: SeededGenerator
  /// What clients on this loop may hold of received messages.
  let budget: ReceiveBudget
  private var wheel: TimerWheel
  private var targets: [(any TimerTarget)?] = []
  private var freeTargets: [Int] = []
  private var due: [UInt64] = []
  private var armedAt = Instant.distantFuture

  /// The context of `loop`, made at first use.
  static func of(_ loop: any TransportLoop) -> LoopContext {
    if let context = loop.attachment as? LoopContext { return context }
    var system = SystemRandomNumberGenerator()
    return attach(to: loop, seed: system.next(), budget: .ofThisProcess)
  }

  /// Gives `loop` a context with the caller's chance and budget, so that a run can be repeated.
  /// On the loop, before anything else of the runtime uses it.
  @discardableResult
  public static func attach(
    to loop: any TransportLoop,
    seed: UInt64,
    budget: ReceiveBudget
  ) -> LoopContext {
    precondition(loop.attachment == nil, "the loop is in use already")
    let context = LoopContext(loop, seed: seed, budget: budget)
    loop.attachment = context
    loop.timerHandler = { [unowned context] in context.timerFired() }
    return context
  }

  private init(_ loop: any TransportLoop, seed: UInt64, budget: ReceiveBudget) {
    self.loop = loop
    self.budget = budget
    wheel = TimerWheel(now: loop.now)
    generator = SeededGenerator(seed: seed)
  }

  // MARK: Who reads

  private var lastReader: ObjectIdentifier?
  private var readsInARow = 0

  func noteReader(_ handler: ServerConnectionHandler) {
    let id = ObjectIdentifier(handler)
    readsInARow = id == lastReader ? readsInARow + 1 : 0
    lastReader = id
  }

  /// Whether the loop's last reads were all of one connection.
  var hasOneReader: Bool { readsInARow > 8 }

  // MARK: Deadlines

  /// Armed deadlines of this loop: for metrics.
  public var armedTimerCount: Int { wheel.count }

  struct Timer {
    fileprivate var handle: TimerWheel.Handle
    fileprivate var target: Int
  }

  /// Calls `target.timerFired()` at or after `deadline`.
  func schedule(at deadline: Instant, _ target: any TimerTarget) -> Timer {
    let index: Int
    if let free = freeTargets.popLast() {
      index = free
      targets[index] = target
    } else {
      index = targets.count
      targets.append(target)
    }
    let handle = wheel.schedule(at: deadline, token: UInt64(index))
    if deadline < armedAt { arm() }
    return Timer(handle: handle, target: index)
  }

  func cancel(_ timer: Timer) {
    guard wheel.cancel(timer.handle) else { return }
    targets[timer.target] = nil
    freeTargets.append(timer.target)
  }

  private func timerFired() {
    armedAt = .distantFuture
    due.removeAll(keepingCapacity: true)
    wheel.advance(to: loop.now, into: &due)
    for token in due {
      let index = Int(token)
      let target = targets[index]
      targets[index] = nil
      freeTargets.append(index)
      target?.timerFired()
    }
    arm()
  }

  private func arm() {
    guard let wake = wheel.nextWake else { return }
    guard wake < armedAt else { return }
    armedAt = wake
    loop.armTimer(at: wake)
  }
}

/// Something with deadlines. Belongs to its loop.
protocol TimerTarget: AnyObject {
  func timerFired()
}
