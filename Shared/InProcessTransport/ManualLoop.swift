import Primitives
import Transport

/// A loop with a clock of its own, on which nothing happens until a test says so: jobs, flushes and
/// timers run inside `run` and `advance`, on the thread that calls them, in a fixed order.
///
/// Bytes and jobs may come from that thread only, so that a run is the same each time.
// `@unchecked`: for one thread at a time, which the test sees to.
public final class ManualLoop: CycleLoop, @unchecked Sendable {
  public var timerHandler: (() -> Void)?
  public var attachment: AnyObject?

  private let cycle = LoopCycle(inbox: LoopInbox())
  public private(set) var clock: Instant
  private var deadline: Instant?

  /// The clock begins at one second, so that earlier instants can be written down.
  public init(startingAt clock: Instant = Instant(nanoseconds: 1_000_000_000)) {
    self.clock = clock
  }

  public var isCurrent: Bool { true }
  public var now: Instant { clock }
  public var isIdle: Bool { cycle.isIdle }
  /// When the timer is due; nil when none is armed.
  public var armedDeadline: Instant? { deadline }

  public func enqueue(_ job: consuming ExecutorJob) { cycle.add(.job(UnownedJob(job))) }
  public func execute(_ work: @escaping @Sendable () -> Void) { cycle.add(.closure(work)) }
  public func executeNextCycle(_ work: @escaping @Sendable () -> Void) {
    cycle.addNext(.closure(work))
  }
  public func armTimer(at instant: Instant?) { deadline = instant }
  public func flushAtEndOfCycle(_ channel: any ByteChannelHandler) { cycle.addFlush(channel) }
  public func callAtEndOfCycle(_ member: any LoopCycleMember) { cycle.addMember(member) }
  public func forgetFlushes(of handler: any ByteChannelHandler) { cycle.forgetFlushes(of: handler) }

  /// Runs what is due, and what that brings about, until nothing is left or `cycleLimit` cycles
  /// have run. Answers how many ran.
  @discardableResult
  public func run(cycleLimit: Int = 10_000) -> Int {
    var cycleCount = 0
    while cycleCount < cycleLimit, !cycle.isIdle || isTimerDue {
      runCycle()
      cycleCount += 1
    }
    return cycleCount
  }

  /// Moves the clock on, stopping at each deadline on the way, and runs what becomes due.
  public func advance(by duration: Duration) {
    let end = clock + duration
    run()
    while let deadline, deadline <= end {
      clock = max(clock, deadline)
      run()
    }
    clock = end
    run()
  }

  private var isTimerDue: Bool { deadline.map { $0 <= clock } ?? false }

  private func runCycle() {
    cycle.begin(at: clock)
    if isTimerDue {
      deadline = nil
      timerHandler?()
    }
    _ = cycle.finish(on: asUnownedTaskExecutor())
  }
}
