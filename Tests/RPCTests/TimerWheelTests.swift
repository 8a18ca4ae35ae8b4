import Primitives
import Testing

@testable import RPC

@Suite struct TimerWheelTests {
  private let tick = Duration.nanoseconds(1 << 20)

  private func due(_ wheel: inout TimerWheel, _ now: Instant) -> [UInt64] {
    var tokens: [UInt64] = []
    wheel.advance(to: now, into: &tokens)
    return tokens
  }

  @Test("A timer fires at its deadline or within a tick after it, never before, and once")
  func firesOnce() {
    for delay in [1, 1000, 1 << 20, (1 << 20) + 1, 63 << 20, 64 << 20, 65 << 20, 1 << 36] as [Int64]
    {
      var wheel = TimerWheel(now: .start)
      let deadline = Instant.start.advanced(nanoseconds: delay)
      _ = wheel.schedule(at: deadline, token: 7)
      #expect(due(&wheel, deadline.advanced(nanoseconds: -1)).isEmpty, "\(delay) ns")
      #expect(due(&wheel, deadline + tick) == [7], "\(delay) ns")
      #expect(due(&wheel, deadline + tick + tick).isEmpty, "\(delay) ns")
      #expect(wheel.count == 0)
    }
  }

  @Test("A deadline that has passed fires with the next tick")
  func past() {
    for deadline in [Instant.start, Instant(nanoseconds: 0), Instant(nanoseconds: .min)] {
      var wheel = TimerWheel(now: .start)
      _ = wheel.schedule(at: deadline, token: 1)
      #expect(wheel.nextWake.map { $0 > .start && $0 <= .start + tick } == true)
      #expect(due(&wheel, .start + tick) == [1])
    }
  }

  @Test("Cancelling works once; a handle whose timer fired or whose place was reused is stale")
  func cancels() {
    var wheel = TimerWheel(now: .start)
    let first = wheel.schedule(at: .seconds(1), token: 1)
    #expect(wheel.cancel(first) == true)
    #expect(wheel.cancel(first) == false)
    #expect(wheel.count == 0)
    #expect(wheel.nextWake == nil)
    let second = wheel.schedule(at: .seconds(1), token: 2)
    #expect(wheel.cancel(first) == false)
    #expect(wheel.count == 1)
    #expect(due(&wheel, .seconds(2)) == [2])
    #expect(wheel.cancel(second) == false)
    #expect(due(&wheel, .seconds(3)).isEmpty)
  }

  @Test("Timers of one slot leave in any order of cancelling")
  func sharedSlot() {
    for removed in 0..<3 {
      var wheel = TimerWheel(now: .start)
      let handles = (0..<3).map { wheel.schedule(at: .seconds(1), token: UInt64($0)) }
      #expect(wheel.cancel(handles[removed]) == true)
      #expect(wheel.count == 2)
      let left = Set<UInt64>([0, 1, 2]).subtracting([UInt64(removed)])
      #expect(Set(due(&wheel, .seconds(2))) == left, "without \(removed)")
    }
  }

  @Test("The end of time never fires, and waking for it is not asked for too early")
  func distantFuture() {
    var wheel = TimerWheel(now: .start)
    let never = wheel.schedule(at: .distantFuture, token: 1)
    let late = Instant(nanoseconds: .max - 5)
    _ = wheel.schedule(at: late, token: 2)
    _ = wheel.schedule(at: .start + .seconds(60 * 365 * 86_400), token: 3)
    #expect(wheel.nextWake.map { $0 > .start + .seconds(86_400) } == true)
    #expect(due(&wheel, .start + .seconds(86_400)).isEmpty)
    #expect(due(&wheel, .start + .seconds(61 * 365 * 86_400)) == [3])
    #expect(wheel.nextWake.map { $0 > .start + .seconds(61 * 365 * 86_400) } == true)
    #expect(due(&wheel, Instant(nanoseconds: .max - (2 << 20))).isEmpty)
    #expect(due(&wheel, .distantFuture).isEmpty)
    #expect(wheel.nextWake == .distantFuture)
    #expect(wheel.count == 2)
    #expect(wheel.cancel(never) == true)
  }

  @Test("A clock that stands still or goes back fires nothing and loses nothing")
  func backwards() {
    var wheel = TimerWheel(now: .seconds(100))
    _ = wheel.schedule(at: .seconds(101), token: 1)
    #expect(due(&wheel, .seconds(100)).isEmpty)
    #expect(due(&wheel, .seconds(50)).isEmpty)
    #expect(due(&wheel, Instant(nanoseconds: -1)).isEmpty)
    #expect(due(&wheel, .seconds(102)) == [1])
  }

  @Test("A wheel may start at the beginning of time, or before it")
  func beginning() {
    for start in [0, -1, Int64.min] {
      var wheel = TimerWheel(now: Instant(nanoseconds: start))
      _ = wheel.schedule(at: Instant(nanoseconds: 5_000_000), token: 1)
      #expect(due(&wheel, Instant(nanoseconds: 4_999_999)).isEmpty)
      #expect(due(&wheel, Instant(nanoseconds: 5_000_000) + tick) == [1])
    }
  }
}
