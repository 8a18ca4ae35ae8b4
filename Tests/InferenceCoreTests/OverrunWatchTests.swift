import InferenceCore
import Primitives
import Testing

@Suite("When a worker counts as stuck")
struct OverrunWatchTests {
  private static let limit = Duration.seconds(10)

  private func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

  /// A call with its deadline at second 5 was given up.
  private func watching() -> OverrunWatch {
    var watch = OverrunWatch(limit: OverrunWatchTests.limit)
    expectLooking(&watch, 5, true)
    return watch
  }

  /// A call with its deadline at `second` is given up; looking begins with it, or does not.
  private func expectLooking(_ watch: inout OverrunWatch, _ second: Int64, _ begins: Bool) {
    let found = watch.gaveUp(deadline: at(second))
    #expect(found == begins)
  }

  @Test("an inference that is behind its deadline by the limit ends the worker, none before")
  func limit() {
    var watch = watching()
    #expect(watch.looked(.behind(.milliseconds(9999)), now: at(15)) == .goOn)
    guard case .end(let reason) = watch.looked(.behind(.seconds(10)), now: at(15)) else {
      Issue.record("the worker goes on")
      return
    }
    #expect(reason.contains("10.0 seconds") && reason.contains("deadline"))
    // Off, until the next worker's calls.
    #expect(watch == OverrunWatch(limit: OverrunWatchTests.limit))
  }

  @Test("a worker that says nothing for the limit is ended")
  func silence() {
    var watch = watching()
    guard case .end = watch.looked(.silent, now: at(6)) else {
      Issue.record("the worker goes on")
      return
    }
  }

  @Test("work that ended costs nothing, however late it was")
  func caughtUp() {
    var watch = watching()
    #expect(watch.looked(.behind(.seconds(9)), now: at(14)) == .goOn)
    #expect(watch.looked(.behind(.zero), now: at(16)) == .stop)
    #expect(watch.looked(.behind(.seconds(99)), now: at(17)) == .stop)
  }

  @Test("a cancelled call is watched until its deadline, as long as its work may take")
  func cancelled() {
    var watch = OverrunWatch(limit: OverrunWatchTests.limit)
    expectLooking(&watch, 60, true)
    #expect(watch.looked(.behind(.zero), now: at(59)) == .goOn)
    #expect(watch.looked(.behind(.zero), now: at(60)) == .stop)
  }

  @Test("looking begins once, and goes on for the latest of the calls")
  func several() {
    var watch = watching()
    expectLooking(&watch, 20, false)
    expectLooking(&watch, 7, false)
    #expect(watch.looked(.behind(.zero), now: at(19)) == .goOn)
    #expect(watch.looked(.behind(.zero), now: at(20)) == .stop)
    expectLooking(&watch, 30, true)
  }

  @Test("looks are a fraction of the limit apart, within bounds")
  func interval() {
    #expect(OverrunWatch(limit: .seconds(8)).interval == .seconds(2))
    #expect(OverrunWatch(limit: .seconds(3600)).interval == .seconds(5))
    #expect(OverrunWatch(limit: .milliseconds(100)).interval == .milliseconds(50))
  }
}
