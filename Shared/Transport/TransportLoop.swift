import Primitives

/// One thread that serves sockets, and the executor of the tasks that belong to them.
///
/// A task whose executor preference is a loop runs on the loop's thread, so a handler reaches its
/// connection without a hop. Jobs that arrive while the loop is inside a read cycle run at the end
/// of that cycle, before the connections that they wrote to are flushed: one flush a cycle, also
/// for answers of resumed tasks.
public protocol TransportLoop: TaskExecutor {
  /// True on the loop's own thread.
  var isCurrent: Bool { get }

  /// The clock's reading at the start of this cycle; on the loop only. Spares a clock call for
  /// each frame.
  var now: Instant { get }

  /// The clock that the loop lives by, read now. From any thread. What has to do with deadlines
  /// asks this one, so that a loop with a clock of its own is a world of its own.
  var clock: Instant { get }

  /// Runs `work` on the loop, soon. From any thread.
  func execute(_ work: @escaping @Sendable () -> Void)

  /// Runs `work` in a later cycle, after the loop's other sockets had their turn. On the loop only.
  func executeNextCycle(_ work: @escaping @Sendable () -> Void)

  /// Calls the loop's timer handler once at `instant`, or a little later. A later call replaces an
  /// earlier one; nil disarms. On the loop only. There is one timer a loop: a wheel shares it out.
  func armTimer(at instant: Instant?)

  /// What the armed timer calls. On the loop only.
  var timerHandler: (() -> Void)? { get set }

  /// Calls `flush` at the end of this cycle, once for each call of this method. On the loop only.
  func flushAtEndOfCycle(_ channel: any ByteChannelHandler)

  /// A place for the layer above to keep what belongs to this loop. On the loop only.
  var attachment: AnyObject? { get set }
}

extension TransportLoop {
  /// The host's monotonic clock.
  public var clock: Instant { .now }
}
