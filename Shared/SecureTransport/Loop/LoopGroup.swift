import NIOCore
import NIOPosix
import Primitives
import Transport

/// The threads that serve a process's sockets: one loop each.
public final class LoopGroup: Sendable {
  public let loops: [NIOLoop]
  let group: MultiThreadedEventLoopGroup
  private let loopsByEventLoop: [ObjectIdentifier: NIOLoop]

  /// `threadCount` threads (default: one for each core).
  ///
  /// `onLongCycle` is called on the loop, with its index, when one of its cycles took longer than
  /// `NIOLoop.longCycle`.
  public init(
    threadCount: Int = System.coreCount,
    onLongCycle: (@Sendable (_ loopIndex: Int, _ duration: Duration) -> Void)? = nil
  ) {
    LargeBlocks.keepForReuse()
    group = MultiThreadedEventLoopGroup(numberOfThreads: max(1, threadCount))
    var loops: [NIOLoop] = []
    for eventLoop in group.makeIterator() {
      loops.append(NIOLoop(eventLoop: eventLoop, index: loops.count))
    }
    self.loops = loops
    DescriptorInheritance.stopForEventPolls()
    loopsByEventLoop = Dictionary(
      uniqueKeysWithValues: loops.map { (ObjectIdentifier($0.eventLoop), $0) }
    )
    if let onLongCycle {
      for loop in loops {
        loop.execute { loop.onLongCycle = { onLongCycle(loop.index, $0) } }
      }
    }
  }

  /// The loop around one of this group's event loops; nil for a foreign one.
  public func loop(for eventLoop: any EventLoop) -> NIOLoop? {
    loopsByEventLoop[ObjectIdentifier(eventLoop)]
  }

  /// Closes all sockets and ends the threads. Connections and tasks that still live on the loops
  /// are cut off, so callers drain them first. Idempotence is not given: call it once.
  public func shutdown() async {
    // An error here says that some channel did not close in order; all threads have ended anyway.
    try? await group.shutdownGracefully()
    for loop in loops { loop.end() }
  }
}

extension LoopGroup {
  /// Facts of the machine.
  public enum System {
    public static var coreCount: Int { NIOCore.System.coreCount }
  }
}
