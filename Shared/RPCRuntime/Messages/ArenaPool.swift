import Synchronization
import Transport
import WireCodec

/// Where a task gets an arena: from its loop when it runs there, else from the pool.
@usableFromInline
struct ArenaSource: Sendable {
  private let context: LoopConfined<LoopContext>

  init(_ context: LoopContext) { self.context = LoopConfined(context, loop: context.loop) }

  @usableFromInline
  func arena() -> (arena: Arena, isBorrowed: Bool) {
    if context.loop.isCurrent { return (context.onLoop.arena, false) }
    return (ArenaPool.shared.take(), true)
  }

  @usableFromInline
  func giveBack(_ arena: Arena) { ArenaPool.shared.give(arena) }

  @inlinable
  func withArena<Result, Failure: Error>(
    _ body: (Arena) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let (arena, isBorrowed) = arena()
    defer { if isBorrowed { giveBack(arena) } }
    return try body(arena)
  }
}

/// Arenas for tasks that encode or decode away from a loop. Loops have one of their own.
final class ArenaPool: Sendable {
  static let shared = ArenaPool()
  /// More than this many idle arenas go back to the system.
  private static let idleLimit = 32

  /// An arena on its way between threads.
  // `@unchecked`: the pool hands each arena to one taker at a time.
  private struct Idle: @unchecked Sendable { let arena: Arena }

  private let idle = Mutex<[Idle]>([])

  func take() -> Arena { idle.withLock { $0.popLast() }?.arena ?? Arena() }

  func give(_ arena: Arena) {
    let entry = Idle(arena: arena)
    idle.withLock { if $0.count < ArenaPool.idleLimit { $0.append(entry) } }
  }

  func withArena(_ body: (Arena) -> Void) {
    let arena = take()
    body(arena)
    give(arena)
  }
}
