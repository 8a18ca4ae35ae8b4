import Glibc
import Primitives
import Transport

/// A loop with a thread of its own and no sockets: jobs, flushes and one timer.
// `@unchecked`: what the seam calls "on the loop only" is touched on the thread only; what other
// threads use is the inbox and what `lock` guards.
public final class ThreadLoop: CycleLoop, @unchecked Sendable {
  public var timerHandler: (() -> Void)?
  public var attachment: AnyObject?

  private let inbox: LoopInbox
  private let cycle: LoopCycle
  private var deadline: Instant?
  // Guarded by `lock`; `signal` says that one of them changed.
  private var isWoken = false
  private var isEnding = false
  private let lock = UnsafeMutablePointer<pthread_mutex_t>.allocate(capacity: 1)
  private let signal = UnsafeMutablePointer<pthread_cond_t>.allocate(capacity: 1)
  private var thread = pthread_t()

  /// Starts the thread, which runs until `shutdown`.
  public init() {
    inbox = LoopInbox()
    cycle = LoopCycle(inbox: inbox)
    pthread_mutex_init(lock, nil)
    var attributes = pthread_condattr_t()
    pthread_condattr_init(&attributes)
    pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
    pthread_cond_init(signal, &attributes)
    pthread_condattr_destroy(&attributes)
    pthread_mutex_lock(lock)
    let context = Unmanaged.passRetained(self).toOpaque()
    let result = pthread_create(
      &thread,
      nil,
      { context in
        if let context { Unmanaged<ThreadLoop>.fromOpaque(context).takeRetainedValue().serve() }
        return nil
      },
      context
    )
    pthread_mutex_unlock(lock)
    // A process that cannot start a thread cannot go on; there is nobody to tell.
    precondition(result == 0, "no thread for a loop: error \(result)")
  }

  deinit {
    pthread_cond_destroy(signal)
    pthread_mutex_destroy(lock)
    signal.deallocate()
    lock.deallocate()
  }

  /// Ends the thread after its current cycle and waits for it. Work that is left does not run.
  /// Not from the loop itself, and once.
  public func shutdown() {
    pthread_mutex_lock(lock)
    isEnding = true
    pthread_cond_signal(signal)
    pthread_mutex_unlock(lock)
    pthread_join(thread, nil)
  }

  public var isCurrent: Bool { pthread_equal(pthread_self(), thread) != 0 }
  public var now: Instant { cycle.start }

  public func enqueue(_ job: consuming ExecutorJob) { add(.job(UnownedJob(job))) }
  public func execute(_ work: @escaping @Sendable () -> Void) { add(.closure(work)) }
  public func executeNextCycle(_ work: @escaping @Sendable () -> Void) {
    cycle.addNext(.closure(work))
  }
  public func armTimer(at instant: Instant?) { deadline = instant }
  public func flushAtEndOfCycle(_ channel: any ByteChannelHandler) { cycle.addFlush(channel) }
  public func callAtEndOfCycle(_ member: any LoopCycleMember) { cycle.addMember(member) }
  public func forgetFlushes(of handler: any ByteChannelHandler) { cycle.forgetFlushes(of: handler) }

  private func add(_ work: LoopWork) {
    if isCurrent {
      // The thread runs our code inside a cycle only, which will come to it.
      cycle.add(work)
    } else if inbox.add(work) {
      pthread_mutex_lock(lock)
      isWoken = true
      pthread_cond_signal(signal)
      pthread_mutex_unlock(lock)
    }
  }

  private func serve() {
    // `thread` is set when the lock can be taken.
    pthread_mutex_lock(lock)
    pthread_mutex_unlock(lock)
    let executor = asUnownedTaskExecutor()
    var isWorkLeft = false
    while waitForWork(isWorkLeft: isWorkLeft) {
      cycle.begin(at: .now)
      if let deadline, deadline <= cycle.start {
        self.deadline = nil
        timerHandler?()
      }
      isWorkLeft = cycle.finish(on: executor)
    }
  }

  /// Answers false when the thread is to end.
  private func waitForWork(isWorkLeft: Bool) -> Bool {
    pthread_mutex_lock(lock)
    while !isWoken, !isEnding, !isWorkLeft {
      guard let deadline else {
        pthread_cond_wait(signal, lock)
        continue
      }
      var time = timespec(
        tv_sec: Int(deadline.nanoseconds / 1_000_000_000),
        tv_nsec: Int(deadline.nanoseconds % 1_000_000_000)
      )
      if pthread_cond_timedwait(signal, lock, &time) == ETIMEDOUT { break }
    }
    isWoken = false
    let goesOn = !isEnding
    pthread_mutex_unlock(lock)
    inbox.wakeUpArrived()
    return goesOn
  }
}
