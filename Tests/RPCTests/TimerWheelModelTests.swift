import Primitives
import Testing

@testable import RPC

/// The wheel beside an array that knows every deadline.
@Suite struct TimerWheelModelTests {
  private struct Model {
    struct Armed {
      var deadline: Instant
      /// The tick at which it is due, as the wheel's resolution has it.
      var tick: Int64
      var token: UInt64
      var handle: TimerWheel.Handle
    }

    var wheel: TimerWheel
    var now: Instant
    var armed: [Armed] = []
    var stale: [TimerWheel.Handle] = []
    var nextToken: UInt64 = 0
    var fired = 0
    let seed: UInt64

    init(now: Instant, seed: UInt64) {
      wheel = TimerWheel(now: now)
      self.now = now
      self.seed = seed
    }

    mutating func schedule(_ deadline: Instant) {
      let handle = wheel.schedule(at: deadline, token: nextToken)
      let whole = deadline.nanoseconds >> 20
      let tick = max(
        deadline.nanoseconds & 0xF_FFFF == 0 ? whole : whole + 1,
        (now.nanoseconds >> 20) + 1
      )
      armed.append(Armed(deadline: deadline, tick: tick, token: nextToken, handle: handle))
      nextToken += 1
    }

    mutating func cancelOne(using generator: inout SeededGenerator) {
      if !armed.isEmpty, Int.random(in: 0..<4, using: &generator) > 0 {
        let index = Int.random(in: 0..<armed.count, using: &generator)
        let handle = armed.remove(at: index).handle
        #expect(wheel.cancel(handle) == true, "seed \(seed)")
        stale.append(handle)
      } else if let handle = stale.randomElement(using: &generator) {
        #expect(wheel.cancel(handle) == false, "seed \(seed): a stale handle disarmed something")
      }
    }

    mutating func advance(to target: Instant) {
      now = target
      var tokens: [UInt64] = []
      wheel.advance(to: target, into: &tokens)
      fired += tokens.count
      let reached = target.nanoseconds >> 20
      let expected = armed.filter { $0.tick <= reached }
      let byToken = Dictionary(uniqueKeysWithValues: expected.map { ($0.token, $0) })
      #expect(Set(tokens) == Set(byToken.keys), "seed \(seed) at \(target)")
      #expect(tokens.count == expected.count, "seed \(seed): a timer fired twice")
      let ticks = tokens.compactMap { byToken[$0]?.tick }
      #expect(ticks == ticks.sorted(), "seed \(seed): a later timer came first")
      for timer in expected {
        #expect(timer.deadline <= target, "seed \(seed): fired early")
        stale.append(timer.handle)
      }
      armed.removeAll { $0.tick <= reached }
      stale = stale.suffix(20)
      check()
    }

    func check() {
      #expect(wheel.count == armed.count, "seed \(seed)")
      guard let first = armed.map(\.tick).min() else {
        #expect(wheel.nextWake == nil, "seed \(seed)")
        return
      }
      guard let wake = wheel.nextWake else {
        Issue.record("seed \(seed): \(armed.count) timers and no wake")
        return
      }
      #expect(wake.nanoseconds >> 20 <= first, "seed \(seed): the wake comes late")
      // Else a loop that sleeps until its wake would spin.
      #expect(wake.nanoseconds >> 20 > now.nanoseconds >> 20, "seed \(seed): a wake of the past")
    }
  }

  /// Any magnitude is as likely as any other, up to `bits`.
  private func delay(_ bits: ClosedRange<Int>, _ generator: inout SeededGenerator) -> Int64 {
    let most =
      Int64(1)
      << Int64.random(in: Int64(bits.lowerBound)...Int64(bits.upperBound), using: &generator)
    return Int64.random(in: 0..<most, using: &generator)
  }

  @Test(
    "The wheel fires what a sorted list would, whatever the distances",
    arguments: UInt64(1)...60
  )
  func againstList(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    // Starts where digits carry: just below a power of 64 ticks, up to the top level.
    let carry = Int64(1) << Int64(20 + 6 * (seed % 7))
    var model = Model(
      now: Instant(nanoseconds: max(0, carry - delay(0...30, &generator))),
      seed: seed
    )
    for _ in 0..<400 {
      switch Int.random(in: 0..<10, using: &generator) {
      case 0..<5: model.schedule(model.now.advanced(nanoseconds: delay(10...62, &generator)))
      case 5:
        model.schedule(
          Int.random(in: 0..<8, using: &generator) == 0
            ? .distantFuture : model.now.advanced(nanoseconds: -delay(0...40, &generator))
        )
      case 6, 7: model.cancelOne(using: &generator)
      case 8: model.advance(to: model.now.advanced(nanoseconds: delay(15...40, &generator)))
      default:
        // Exactly to the wake, and exactly one nanosecond before it.
        guard let wake = model.wheel.nextWake, wake.nanoseconds < 1 << 60 else { continue }
        model.advance(to: wake.advanced(nanoseconds: -1))
        model.advance(to: wake)
      }
      model.check()
    }
    model.advance(to: model.now.advanced(nanoseconds: 1 << 58))
    model.advance(to: Instant(nanoseconds: .max - (3 << 20)))
    #expect(model.fired > 50, "seed \(seed)")
    #expect(model.armed.allSatisfy { $0.deadline.nanoseconds > .max - (3 << 20) })
  }

  @Test("Sleeping from wake to wake fires every timer within a tick of its deadline")
  func wakeToWake() throws {
    for seed in UInt64(100)..<120 {
      var generator = SeededGenerator(seed: seed)
      var model = Model(now: .start, seed: seed)
      for _ in 0..<40 {
        model.schedule(model.now.advanced(nanoseconds: delay(20...50, &generator)))
      }
      var wakes = 0
      while let wake = model.wheel.nextWake {
        model.advance(to: wake)
        wakes += 1
        try #require(wakes < 40 * 8, "seed \(seed): a timer costs more wakes than it has levels")
      }
      #expect(model.fired == 40)
    }
  }
}
