import Primitives
import SecureTransport
import Synchronization
import Testing
import Transport

/// Notes in order, from a loop.
private final class Notes: Sendable {
  private let notes = Mutex<[String]>([])
  func add(_ note: String) { notes.withLock { $0.append(note) } }
  var all: [String] { notes.withLock { $0 } }
}

/// Counts its flushes, and asks for `again` more of them.
// `@unchecked`: touched on its loop only.
private final class Flushed: ByteChannelHandler, @unchecked Sendable {
  let input = InputBuffer()
  let notes: Notes
  let loop: NIOLoop
  var again: Int

  init(_ notes: Notes, _ loop: NIOLoop, again: Int = 0) {
    self.notes = notes
    self.loop = loop
    self.again = again
  }

  func opened(_ channel: any ByteChannel) {}
  func received() {}
  func flush() {
    notes.add("flush")
    guard again > 0 else { return }
    again -= 1
    loop.flushAtEndOfCycle(self)
  }
  func drained() {}
  func closed(_ reason: ChannelClosure) {}
}

@Suite("The loop", .timeLimit(.minutes(5)))
struct LoopTests {
  /// Runs `body` on the loop, and everything that it starts until `finish` is called.
  private func run(
    _ loop: NIOLoop,
    _ body: @escaping @Sendable (_ finish: @escaping @Sendable () -> Void) -> Void
  ) async {
    await withCheckedContinuation { continuation in
      loop.execute { body { continuation.resume() } }
    }
  }

  @Test("Work runs in order, on the loop, before the flushes of its cycle")
  func order() async {
    let loops = LoopGroup(threadCount: 1)
    let loop = loops.loops[0]
    let notes = Notes()
    #expect(!loop.isCurrent)
    await run(loop) { finish in
      notes.add("current: \(loop.isCurrent)")
      let handler = Flushed(notes, loop)
      loop.flushAtEndOfCycle(handler)
      loop.flushAtEndOfCycle(handler)
      loop.execute {
        notes.add("second")
        loop.execute {
          notes.add("third")
          finish()
        }
      }
      notes.add("first")
    }
    // What comes from another thread now begins a later cycle.
    await run(loop) { $0() }
    #expect(notes.all == ["current: true", "first", "second", "third", "flush", "flush"])
    await loops.shutdown()
  }

  @Test("A handler that always asks for another flush does not hold the loop")
  func endlessFlush() async {
    let loops = LoopGroup(threadCount: 1)
    let loop = loops.loops[0]
    let handler = Flushed(Notes(), loop, again: .max)
    loop.execute { loop.flushAtEndOfCycle(handler) }
    // That this comes to run at all is what is tested.
    await run(loop) { finish in
      handler.again = 0
      finish()
    }
    await loops.shutdown()
  }

  @Test("Work that makes more work does not hold the loop")
  func endlessWork() async {
    let loops = LoopGroup(threadCount: 1)
    let loop = loops.loops[0]
    final class Chain: Sendable {
      let isOver = Mutex(false)
      func link(_ loop: NIOLoop) {
        if !isOver.withLock({ $0 }) { loop.execute { self.link(loop) } }
      }
    }
    let chain = Chain()
    loop.execute { chain.link(loop) }
    // That this comes to run at all is what is tested.
    await run(loop) { finish in
      chain.isOver.withLock { $0 = true }
      finish()
    }
    await loops.shutdown()
  }

  @Test("A task whose executor is the loop stays on it over its suspensions")
  func tasks() async {
    let loops = LoopGroup(threadCount: 2)
    for loop in loops.loops {
      let task = Task(executorPreference: loop) {
        var isAlwaysThere = loop.isCurrent
        for _ in 0..<100 {
          await Task.yield()
          isAlwaysThere = isAlwaysThere && loop.isCurrent
        }
        return isAlwaysThere
      }
      #expect(await task.value)
    }
    await loops.shutdown()
  }

  @Test("Work from many threads runs, each thread's in its order")
  func manyThreads() async {
    let loops = LoopGroup(threadCount: 1)
    let loop = loops.loops[0]
    final class Order: Sendable {
      let last = Mutex([Int](repeating: -1, count: 4))
      let isKept = Mutex(true)
      func arrived(_ thread: Int, _ number: Int) {
        last.withLock { last in
          if last[thread] != number - 1 { isKept.withLock { $0 = false } }
          last[thread] = number
        }
      }
    }
    let order = Order()
    await withTaskGroup(of: Void.self) { group in
      for thread in 0..<4 {
        group.addTask {
          for number in 0..<5_000 { loop.execute { order.arrived(thread, number) } }
        }
      }
    }
    await run(loop) { $0() }
    #expect(order.isKept.withLock { $0 })
    #expect(order.last.withLock { $0 } == [4_999, 4_999, 4_999, 4_999])
    await loops.shutdown()
  }

  @Test("The timer fires once, not early, and the latest call counts")
  func timer() async {
    let loops = LoopGroup(threadCount: 1)
    let loop = loops.loops[0]
    let notes = Notes()
    let start = Instant.now
    await run(loop) { finish in
      loop.timerHandler = {
        notes.add(loop.now - start >= .milliseconds(30) ? "due" : "early")
        loop.timerHandler = {
          notes.add("again")
          finish()
        }
        loop.armTimer(at: loop.now + .milliseconds(1))
      }
      // The first two are replaced: by a later one, then by an earlier one.
      loop.armTimer(at: start + .milliseconds(10))
      loop.armTimer(at: start + .seconds(3600))
      loop.armTimer(at: start + .milliseconds(30))
    }
    #expect(notes.all == ["due", "again"])
    await run(loop) { finish in
      let start = loop.now
      loop.timerHandler = {
        notes.add(loop.now - start >= .milliseconds(20) ? "armed again" : "disarmed")
        finish()
      }
      loop.armTimer(at: start + .milliseconds(1))
      loop.armTimer(at: nil)
      loop.execute { loop.armTimer(at: start + .milliseconds(20)) }
    }
    #expect(notes.all == ["due", "again", "armed again"])
    await loops.shutdown()
  }

  @Test("The clock stands still within a cycle, and a long cycle is told")
  func longCycle() async {
    let (told, teller) = AsyncStream<(Int, Duration)>.makeStream()
    let loops = LoopGroup(threadCount: 2) { teller.yield(($0, $1)) }
    let loop = loops.loops[1]
    let notes = Notes()
    loop.execute {
      let before = loop.now
      while Instant.now - before < .milliseconds(25) {}
      notes.add(loop.now == before ? "constant" : "moved")
    }
    // On a busy machine other cycles may be long, too.
    for await (index, length) in told where index == 1 && length >= .milliseconds(25) { break }
    #expect(notes.all == ["constant"])
    await loops.shutdown()
  }
}
