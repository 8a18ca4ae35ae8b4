import InProcessTransport
import Primitives
import Synchronization
import Testing
import Transport

@Suite("The manual loop")
struct ManualLoopTests {
  private final class Notes: Sendable {
    private let notes = Mutex<[String]>([])
    func add(_ note: String) { notes.withLock { $0.append(note) } }
    var all: [String] { notes.withLock { $0 } }
  }

  @Test("Nothing runs before the test says so, and then all of it in order")
  func waits() {
    let loop = ManualLoop()
    let notes = Notes()
    loop.execute {
      notes.add("first")
      loop.execute { notes.add("third") }
    }
    loop.execute { notes.add("second") }
    #expect(notes.all.isEmpty)
    loop.run()
    #expect(notes.all == ["first", "second", "third"])
    #expect(loop.isIdle)
  }

  @Test("The clock moves only when it is told to, and stops at each deadline")
  func timer() {
    let loop = ManualLoop(startingAt: Instant(nanoseconds: 0))
    let notes = Notes()
    loop.timerHandler = { [unowned loop] in
      notes.add("\(loop.now.nanoseconds)")
      if loop.now < Instant(nanoseconds: 30) { loop.armTimer(at: loop.now + .nanoseconds(10)) }
    }
    loop.armTimer(at: Instant(nanoseconds: 10))
    loop.run()
    #expect(notes.all.isEmpty)
    loop.advance(by: .nanoseconds(9))
    #expect(notes.all.isEmpty)
    loop.advance(by: .nanoseconds(50))
    #expect(notes.all == ["10", "20", "30"])
    #expect(loop.now == Instant(nanoseconds: 59))
    #expect(loop.armedDeadline == nil)
  }

  @Test("Tasks that prefer the loop run inside its turns")
  func tasks() async {
    let loop = ManualLoop()
    let notes = Notes()
    let task = Task(executorPreference: loop) {
      notes.add("before")
      await Task.yield()
      notes.add("after")
    }
    // The job is on the loop as soon as the task exists; nobody else runs it.
    #expect(notes.all.isEmpty)
    loop.run()
    #expect(notes.all == ["before", "after"])
    await task.value
  }
}
