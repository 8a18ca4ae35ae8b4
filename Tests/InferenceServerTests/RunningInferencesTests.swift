import Primitives
import Testing

@testable import InferenceServer

@Suite("Inferences in an engine")
struct RunningInferencesTests {
  private func at(_ seconds: Int64) -> Instant { Instant(nanoseconds: seconds * 1_000_000_000) }

  @Test("one is behind when its deadline has passed, and not once it has ended")
  func one() {
    let running = RunningInferences()
    #expect(running.look(now: at(9)) == (0, .zero))
    let number = running.begin(at(10), now: at(1))
    #expect(running.look(now: at(10)) == (1, .zero))
    #expect(running.look(now: at(13)) == (1, .seconds(3)))
    running.end(number, now: at(14))
    #expect(running.look(now: at(15)) == (0, .zero))
  }

  @Test("one that waited behind another counts from when it became the first")
  func waiting() {
    let running = RunningInferences()
    let long = running.begin(at(100), now: at(1))
    let short = running.begin(at(2), now: at(1))
    let shorter = running.begin(at(1), now: at(1))
    // Long work in its time, whatever waits behind it.
    #expect(running.look(now: at(50)) == (3, .zero))
    running.end(shorter, now: at(51))
    running.end(long, now: at(60))
    #expect(running.look(now: at(61)) == (1, .seconds(1)))
    running.end(short, now: at(62))
    #expect(running.look(now: at(63)) == (0, .zero))
  }
}
