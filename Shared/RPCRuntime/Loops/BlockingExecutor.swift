import Primitives
import RPC
import Synchronization

#if canImport(Glibc)
import Glibc
#endif

/// Threads for work that blocks (SQLite, fsync, hashing, BLAS), so that no loop ever does.
///
/// Bounded: at most `threadCount` threads, started when first needed, and `queueLimit` pieces of
/// work that wait; one more is refused with RESOURCE_EXHAUSTED.
public final class BlockingExecutor: Sendable {
  private struct State {
    var queue: [@Sendable () -> Void] = []
    var head = 0
    var idleThreads = 0
    var threads = 0

    var waiting: Int { queue.count - head }

    mutating func next() -> (@Sendable () -> Void)? {
      guard head < queue.count else { return nil }
      let work = queue[head]
      head += 1
      if head == queue.count || head > 1024 {
        queue.removeFirst(head)
        head = 0
      }
      return work
    }
  }

  public let threadCount: Int
  public let queueLimit: Int
  private let state = Mutex(State())
  private let wakeUp: Semaphore

  public init(threadCount: Int = 16, queueLimit: Int = 1024) {
    self.threadCount = max(1, threadCount)
    self.queueLimit = queueLimit
    wakeUp = Semaphore()
  }

  deinit {
    // Each waiting thread takes one post and finds the executor gone.
    for _ in 0..<threadCount { wakeUp.post() }
  }

  /// Runs `body` on one of the threads. A cancelled caller still waits for work that has begun:
  /// blocking calls cannot be cut short; work that has not begun is dropped at once, with all that
  /// it holds.
  public func run<Value: Sendable>(
    _ body: @escaping @Sendable () throws -> Value
  ) async throws -> Value {
    try Task.checkCancellation()
    let piece = Piece(body)
    let result: Result<Value, any Error> = await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        guard piece.wait(continuation) else {
          return continuation.resume(returning: .failure(CancellationError()))
        }
        let accepted = submit {
          guard let (body, continuation) = piece.take() else { return }
          continuation.resume(returning: Result { try body() })
        }
        if !accepted { piece.take()?.1.resume(returning: .failure(self.refusal)) }
      }
    } onCancel: {
      piece.cancel()?.resume(returning: .failure(CancellationError()))
    }
    return try result.get()
  }

  private var refusal: RPCError {
    RPCError(
      .resourceExhausted,
      "\(queueLimit) pieces of blocking work wait already, which is the limit",
      retryAfter: .milliseconds(100)
    )
  }

  /// Work until it begins or is dropped, whichever is first.
  private final class Piece<Value: Sendable>: Sendable {
    typealias Body = @Sendable () throws -> Value
    typealias Waiter = UnsafeContinuation<Result<Value, any Error>, Never>

    private struct State {
      var body: Body?
      var waiter: Waiter?
    }

    private let state: Mutex<State>

    init(_ body: @escaping Body) { state = Mutex(State(body: body)) }

    /// False when it has been dropped already.
    func wait(_ waiter: Waiter) -> Bool {
      state.withLock { state in
        guard state.body != nil else { return false }
        state.waiter = waiter
        return true
      }
    }

    /// Nil when it was dropped.
    func take() -> (Body, Waiter)? {
      state.withLock { state in
        guard let body = state.body, let waiter = state.waiter else { return nil }
        state = State()
        return (body, waiter)
      }
    }

    /// Drops it. Answers who waits, when it has not begun.
    func cancel() -> Waiter? {
      state.withLock { state in
        defer { state = State() }
        return state.waiter
      }
    }
  }

  /// False when the queue is full.
  private func submit(_ work: @escaping @Sendable () -> Void) -> Bool {
    enum Action { case refuse, wake, start }
    let action = state.withLock { state -> Action in
      if state.waiting >= queueLimit { return .refuse }
      state.queue.append(work)
      if state.idleThreads < state.waiting, state.threads < threadCount {
        state.threads += 1
        return .start
      }
      return .wake
    }
    switch action {
    case .refuse: return false
    case .wake: wakeUp.post()
    case .start:
      startThread()
      wakeUp.post()
    }
    return true
  }

  private func startThread() {
    let entry = ThreadEntry { [weak self, wakeUp] in
      while true {
        self?.state.withLock { $0.idleThreads += 1 }
        wakeUp.wait()
        guard let executor = self else { return }
        let work = executor.state.withLock { state in
          state.idleThreads -= 1
          return state.next()
        }
        work?()
      }
    }
    var thread = pthread_t()
    let context = Unmanaged.passRetained(entry).toOpaque()
    let failure = pthread_create(
      &thread,
      nil,
      { raw in
        guard let raw else { return nil }
        Unmanaged<ThreadEntry>.fromOpaque(raw).takeRetainedValue().body()
        return nil
      },
      context
    )
    if failure == 0 {
      pthread_detach(thread)
    } else {
      Unmanaged<ThreadEntry>.fromOpaque(context).release()
      state.withLock { $0.threads -= 1 }
    }
  }
}

private final class ThreadEntry: Sendable {
  let body: @Sendable () -> Void
  init(_ body: @escaping @Sendable () -> Void) { self.body = body }
}

/// A POSIX semaphore at a stable address.
// `@unchecked`: sem_t is made for use by many threads.
private final class Semaphore: @unchecked Sendable {
  private let semaphore: UnsafeMutablePointer<sem_t>

  init() {
    semaphore = .allocate(capacity: 1)
    sem_init(semaphore, 0, 0)
  }

  deinit {
    sem_destroy(semaphore)
    semaphore.deallocate()
  }

  func post() { sem_post(semaphore) }
  func wait() { while sem_wait(semaphore) != 0 {} }
}
