import Glibc
import NIOCore
import Primitives
import Synchronization
import Transport

/// A loop of SwiftNIO as a `TransportLoop`.
///
/// A cycle begins with the first thing that a socket, a timer or another thread brings and ends
/// when its jobs ran and its flushes left. Jobs that a cycle cannot finish (more than
/// `LoopCycle.workPerCycleCount`) wait for the loop's next turn, behind its sockets.
// `@unchecked`: what changes is touched on the loop's thread only, as the seam's contract says;
// what other threads use is the inbox, which has its own lock, and constants.
public final class NIOLoop: CycleLoop, NIOScheduledCallbackHandler, @unchecked Sendable {
  /// A cycle that takes longer has kept every connection of this loop waiting.
  public static let longCycle: Duration = .milliseconds(20)

  /// SwiftNIO's own loop, for channels that are not ours (HTTP).
  public let eventLoop: any EventLoop
  /// The position in its group.
  public let index: Int

  public var timerHandler: (() -> Void)?
  public var attachment: AnyObject?
  /// Called on the loop with the length of each cycle above `longCycle`. On the loop only.
  public var onLongCycle: ((Duration) -> Void)?

  /// What TLS needs while it works, shared by the loop's connections: they work one at a time.
  let cipherScratch = CipherScratch()

  private let hasEnded = Atomic(false)
  private let inbox: LoopInbox
  private let cycle: LoopCycle
  private var isTurnScheduled = false
  private var timerDeadline: Instant?
  private var callback: NIOScheduledCallback?
  private var callbackInstant: Instant?
  private var polling = IdlePolling()
  private var idleSince = Instant(nanoseconds: 0)
  /// What the event loop sleeps on; -1 while it is not known.
  private var eventPoll: CInt = -1
  /// Made once, so that a wake-up allocates nothing.
  private var turn: @Sendable () -> Void = {}

  init(eventLoop: any EventLoop, index: Int) {
    self.eventLoop = eventLoop
    self.index = index
    inbox = LoopInbox()
    cycle = LoopCycle(inbox: inbox)
    // Unowned, since a weak reference would make every retain of the loop slow. A turn never
    // outlives its loop: the group ends its threads before it lets go of the loops.
    turn = { [unowned self] in takeTurn() }
  }

  public var isCurrent: Bool { eventLoop.inEventLoop }

  public var now: Instant { cycle.isOpen ? cycle.start : .now }

  public func enqueue(_ job: consuming ExecutorJob) { add(.job(UnownedJob(job))) }

  public func execute(_ work: @escaping @Sendable () -> Void) { add(.closure(work)) }

  public func executeNextCycle(_ work: @escaping @Sendable () -> Void) {
    cycle.addNext(.closure(work))
    scheduleTurnIfNeeded()
  }

  public func flushAtEndOfCycle(_ channel: any ByteChannelHandler) {
    cycle.addFlush(channel)
    scheduleTurnIfNeeded()
  }

  public func callAtEndOfCycle(_ member: any LoopCycleMember) {
    cycle.addMember(member)
    scheduleTurnIfNeeded()
  }

  public func forgetFlushes(of handler: any ByteChannelHandler) { cycle.forgetFlushes(of: handler) }

  private func add(_ work: LoopWork) {
    if eventLoop.inEventLoop {
      cycle.add(work)
      scheduleTurnIfNeeded()
    } else if !hasEnded.load(ordering: .acquiring), inbox.add(work) {
      eventLoop.execute(turn)
    }
  }

  /// The loop's thread has ended. What comes later would never run: it is let go of, as when
  /// the last holder of a channel closes it after the loops.
  func end() { hasEnded.store(true, ordering: .releasing) }

  private func scheduleTurnIfNeeded() {
    guard !cycle.isOpen, !isTurnScheduled else { return }
    isTurnScheduled = true
    eventLoop.execute(turn)
  }

  private func takeTurn() {
    isTurnScheduled = false
    inbox.wakeUpArrived()
    inCycle {}
  }

  // MARK: Cycles

  /// Answers false when a cycle is open already: then whoever opened it ends it.
  @inline(__always)
  func beginCycle() -> Bool {
    if cycle.isOpen { return false }
    cycle.begin(at: .now)
    polling.idleEnded(after: cycle.start - idleSince)
    return true
  }

  func finishCycle() {
    guard cycle.isOpen else { return }
    let isWorkLeft = cycle.finish(on: asUnownedTaskExecutor())
    idleSince = .now
    if let onLongCycle {
      let elapsed = idleSince - cycle.start
      if elapsed > NIOLoop.longCycle { onLongCycle(elapsed) }
    }
    if isWorkLeft { scheduleTurnIfNeeded() }
    if !isWorkLeft, polling.window > .zero, eventPoll >= 0 { lookForWork() }
  }

  /// Looks whether a socket, a timer or another thread has something, until that is so or the
  /// window is over; the event loop then takes it without having slept. Whoever else wants this
  /// core gets it first.
  private func lookForWork() {
    var entry = pollfd(fd: eventPoll, events: Int16(POLLIN), revents: 0)
    let end = idleSince + polling.window
    while Glibc.poll(&entry, 1, 0) == 0, .now < end { sched_yield() }
  }

  /// A socket of this loop is open: shows which descriptor the event loop sleeps on.
  func opened(_ channel: any Channel) {
    guard eventPoll < 0 else { return }
    // It throws for channels without a socket only, of which there is none here.
    try? channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
      of: NIOBSDSocket.Handle.self
    ) { socket in
      eventPoll = EventPolls.holder(of: socket) ?? -1
    }
  }

  @inline(__always)
  func inCycle(_ body: () -> Void) {
    let isOwner = beginCycle()
    body()
    if isOwner { finishCycle() }
  }

  // MARK: Timer

  public func armTimer(at instant: Instant?) {
    timerDeadline = instant
    // An earlier callback that stands looks again when it fires: cheaper than to schedule anew.
    guard let instant, callbackInstant.map({ $0 > instant }) ?? true else { return }
    callback?.cancel()
    scheduleCallback(at: instant)
  }

  private func scheduleCallback(at instant: Instant) {
    let delay = max(0, (instant - now).wholeNanoseconds)
    // It throws only while the loop shuts down, when no timer is due any more.
    callback = try? eventLoop.scheduleCallback(in: .nanoseconds(delay), handler: self)
    callbackInstant = callback == nil ? nil : instant
  }

  public func handleScheduledCallback(eventLoop: some EventLoop) {
    callback = nil
    callbackInstant = nil
    inCycle {
      guard let deadline = timerDeadline else { return }
      if cycle.start >= deadline {
        timerDeadline = nil
        timerHandler?()
      } else {
        scheduleCallback(at: deadline)
      }
    }
  }
}
