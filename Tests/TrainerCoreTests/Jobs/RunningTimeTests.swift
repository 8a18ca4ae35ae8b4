import Primitives
import Testing
import TrainerCore

@Suite("The running time of a job")
struct RunningTimeTests {
  private let start = Instant(nanoseconds: 5_000_000_000)

  @Test("what is kept and what has passed since add up to the limit")
  func addsUp() {
    var time = RunningTime(limit: .seconds(12), kept: .seconds(4), from: start)
    #expect(time.unkept(at: start) == .zero)
    #expect(time.untilNextLook(at: start) == .seconds(5))
    let later = start + .seconds(6)
    #expect(!time.isOver(at: later))
    #expect(time.untilNextLook(at: later) == .zero)
    let part = time.unkept(at: later)
    #expect(part == .seconds(6))
    // What passes while it is being kept is not lost.
    let latest = later + .seconds(1)
    time.wasKept(part)
    #expect(time.kept == .seconds(10))
    #expect(time.unkept(at: latest) == .seconds(1))
    #expect(time.untilNextLook(at: latest) == .seconds(1))
    #expect(!time.isOver(at: latest))
    #expect(time.isOver(at: latest + .seconds(1)))
  }

  @Test("a reading from before the beginning counts nothing")
  func neverNegative() {
    let time = RunningTime(limit: .seconds(1), kept: .zero, from: start)
    #expect(time.unkept(at: start + .seconds(-3)) == .zero)
    #expect(!time.isOver(at: start + .seconds(-3)))
  }

  @Test("a job that had its time before is over at once")
  func isOverAtOnce() {
    let time = RunningTime(limit: .seconds(1), kept: .seconds(2), from: start)
    #expect(time.isOver(at: start))
    #expect(time.untilNextLook(at: start) == .zero)
  }
}
