import Primitives
import Testing

@testable import RPC

@Suite("A frame that arrives in parts")
struct PartialFrameTests {
  private let limits = WireLimits()

  private func at(_ seconds: Int) -> Instant { .start + .seconds(seconds) }

  @Test("a frame that was announced and does not come is stuck after the timeout")
  func stuck() {
    var frame = PartialFrame()
    #expect(!frame.isStuck(now: at(1000), limits: limits))
    frame.received(waitingBytes: 4, hasTaken: false, now: at(0))
    #expect(!frame.isStuck(now: at(9), limits: limits))
    #expect(frame.isStuck(now: at(10), limits: limits))
    // A byte now and then is no progress.
    for second in 1...9 {
      frame.received(waitingBytes: 4 + second, hasTaken: false, now: at(second))
    }
    #expect(frame.isStuck(now: at(10), limits: limits))
  }

  @Test("a large frame over a slow way is not, as long as enough comes in time")
  func slow() {
    var frame = PartialFrame()
    var bytes = 1
    frame.received(waitingBytes: bytes, hasTaken: false, now: at(0))
    for second in stride(from: 9, to: 90, by: 9) {
      #expect(!frame.isStuck(now: at(second), limits: limits))
      bytes += PartialFrame.progressBytes
      frame.received(waitingBytes: bytes, hasTaken: false, now: at(second))
    }
    frame.received(
      waitingBytes: bytes + PartialFrame.progressBytes - 1,
      hasTaken: false,
      now: at(90)
    )
    #expect(frame.isStuck(now: at(91), limits: limits))
  }

  @Test("a whole frame ends the watch, and the next one is watched from its own beginning")
  func next() {
    var frame = PartialFrame()
    frame.received(waitingBytes: 50_000, hasTaken: false, now: at(0))
    frame.received(waitingBytes: 10, hasTaken: true, now: at(8))
    #expect(!frame.isStuck(now: at(17), limits: limits))
    #expect(frame.isStuck(now: at(18), limits: limits))
    frame.received(waitingBytes: 0, hasTaken: true, now: at(18))
    #expect(!frame.isStuck(now: at(100), limits: limits))
  }
}
