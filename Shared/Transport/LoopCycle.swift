import Primitives
import Synchronization

/// One piece of work for a loop.
public enum LoopWork: Sendable {
  case job(UnownedJob)
  case closure(@Sendable () -> Void)
}

/// Work that came from other threads, in order of arrival. Sendable; everything else of a loop is
/// for its own thread.
public final class LoopInbox: Sendable {
  private struct State: Sendable {
    var work: [LoopWork] = []
    var isWakeUpPending = false
  }

  private let state = Mutex(State())
  /// Spares the lock where the inbox is empty, which is nearly always.
  private let isFilled = Atomic(false)

  public init() {}

  /// Answers whether the caller must wake the loop: at most one wake-up is under way at a time.
  public func add(_ work: LoopWork) -> Bool {
    state.withLock { state in
      state.work.append(work)
      isFilled.store(true, ordering: .releasing)
      defer { state.isWakeUpPending = true }
      return !state.isWakeUpPending
    }
  }

  /// The loop runs: the wake-up that was under way has arrived.
  public func wakeUpArrived() { state.withLock { $0.isWakeUpPending = false } }

  func take(into target: inout [LoopWork]) {
    guard isFilled.load(ordering: .acquiring) else { return }
    state.withLock { state in
      target.append(contentsOf: state.work)
      state.work.removeAll(keepingCapacity: state.work.capacity <= LoopCycle.workPerCycleCount)
      isFilled.store(false, ordering: .releasing)
    }
  }
}

/// A transport's own object that is called when a cycle's flushes are done.
public protocol LoopCycleMember: AnyObject {
  func cycleEnded()
}

/// A loop built on `LoopCycle`: what transports need of it beyond the seam.
public protocol CycleLoop: TransportLoop {
  /// Calls `member` once, at the end of this cycle, after its flushes. On the loop only.
  func callAtEndOfCycle(_ member: any LoopCycleMember)

  /// `handler` was closed and gets no more flushes. On the loop only.
  func forgetFlushes(of handler: any ByteChannelHandler)
}

/// What every loop does with the work of one cycle: run the jobs, flush the connections that asked
/// for it once each, then tell the members. Each part may ask for more of the others; a cycle does
/// a bounded amount and leaves the rest to the next one, so that sockets and timers get their turn.
///
/// For the loop's own thread only.
public final class LoopCycle {
  /// Jobs that one cycle runs at most.
  public static let workPerCycleCount = 10_000
  /// How often one cycle goes from jobs to flushes at most.
  public static let roundsPerCycleCount = 16

  public private(set) var isOpen = false
  /// The clock's reading when the open cycle began.
  public private(set) var start = Instant(nanoseconds: 0)

  private var work: [LoopWork] = []
  private var nextWork: [LoopWork] = []
  private var nextWorkIndex = 0
  private var flushes: [any ByteChannelHandler] = []
  private var flushing: [any ByteChannelHandler] = []
  private var members: [any LoopCycleMember] = []
  private let inbox: LoopInbox

  public init(inbox: LoopInbox) { self.inbox = inbox }

  public var isIdle: Bool {
    work.isEmpty && nextWork.isEmpty && flushes.isEmpty && members.isEmpty
  }

  public func add(_ item: LoopWork) { work.append(item) }
  /// Work for the next cycle, whoever begins it.
  public func addNext(_ item: LoopWork) { nextWork.append(item) }
  public func addFlush(_ handler: any ByteChannelHandler) { flushes.append(handler) }
  public func addMember(_ member: any LoopCycleMember) { members.append(member) }

  /// `handler` was closed: it gets no more calls.
  public func forgetFlushes(of handler: any ByteChannelHandler) {
    flushes.removeAll { $0 === handler }
    // The other list may be walked right now, so the closed one is not taken out of it; members
    // run after the walk, and they are who closes handlers.
  }

  public func begin(at now: Instant) {
    start = now
    isOpen = true
    if !nextWork.isEmpty {
      work.append(contentsOf: nextWork)
      nextWork.removeAll(keepingCapacity: true)
    }
  }

  /// Ends the cycle. Answers whether work is left, for which the loop must run another one soon.
  public func finish(on executor: UnownedTaskExecutor) -> Bool {
    inbox.take(into: &work)
    var budget = LoopCycle.workPerCycleCount
    var roundCount = 0
    repeat {
      runWork(on: executor, budget: &budget)
      runFlushes()
      roundCount += 1
    } while roundCount < LoopCycle.roundsPerCycleCount
      && (!flushes.isEmpty || (!work.isEmpty && budget > 0))
    if !members.isEmpty {
      let ended = members
      members.removeAll(keepingCapacity: true)
      for member in ended { member.cycleEnded() }
    }
    isOpen = false
    return !isIdle
  }

  private func runWork(on executor: UnownedTaskExecutor, budget: inout Int) {
    while nextWorkIndex < work.count, budget > 0 {
      let item = work[nextWorkIndex]
      nextWorkIndex += 1
      budget -= 1
      switch item {
      case .job(let job): job.runSynchronously(on: executor)
      case .closure(let body): body()
      }
    }
    if nextWorkIndex == work.count {
      work.removeAll(keepingCapacity: work.capacity <= LoopCycle.workPerCycleCount)
    } else {
      work.removeFirst(nextWorkIndex)
    }
    nextWorkIndex = 0
  }

  private func runFlushes() {
    guard !flushes.isEmpty else { return }
    swap(&flushes, &flushing)
    for handler in flushing { handler.flush() }
    flushing.removeAll(keepingCapacity: true)
  }
}
