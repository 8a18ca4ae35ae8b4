import Primitives
import Testing

@Suite struct BackoffTests {
  @Test("Without jitter the waits are multiplied and stop at the cap")
  func exactWaits() {
    var generator = SeededGenerator(seed: 1)
    var backoff = Backoff(initial: .seconds(1), multiplier: 2, jitter: 0, cap: .seconds(5))
    let waits = (0..<5).map { _ in backoff.next(using: &generator) }
    #expect(waits == [.seconds(1), .seconds(2), .seconds(4), .seconds(5), .seconds(5)])
    #expect(backoff.attemptCount == 5)
  }

  @Test("After a reset the first wait comes again")
  func reset() {
    var generator = SeededGenerator(seed: 1)
    var backoff = Backoff(initial: .seconds(1), multiplier: 3, jitter: 0, cap: .seconds(60))
    let first = backoff.next(using: &generator)
    #expect(backoff.next(using: &generator) == .seconds(3))
    backoff.reset()
    #expect(backoff.attemptCount == 0)
    #expect(backoff.next(using: &generator) == first)
    #expect(first == .seconds(1))
  }

  @Test("Every wait lies within its jitter and under the cap, and at the cap waits still differ")
  func jitterBounds() {
    for seed in UInt64(0)..<50 {
      var generator = SeededGenerator(seed: seed)
      var backoff = Backoff(initial: .seconds(1), multiplier: 1.6, jitter: 0.2, cap: .seconds(30))
      var step = 1.0
      var last = Set<Duration>()
      for attempt in 0..<40 {
        let wait = backoff.next(using: &generator)
        #expect(wait <= .seconds(30), "seed \(seed)")
        #expect(wait >= .seconds(step * 0.799), "seed \(seed), attempt \(attempt)")
        #expect(wait <= .seconds(step * 1.201), "seed \(seed), attempt \(attempt)")
        step = min(step * 1.6, 25)
        if attempt >= 20 { last.insert(wait) }
      }
      #expect(last.count > 15, "seed \(seed): waits at the cap must stay spread")
    }
  }

  @Test("The same seed gives the same waits, another seed others")
  func deterministic() {
    func waits(seed: UInt64) -> [Duration] {
      var generator = SeededGenerator(seed: seed)
      var backoff = Backoff()
      return (0..<8).map { _ in backoff.next(using: &generator) }
    }
    #expect(waits(seed: 7) == waits(seed: 7))
    #expect(waits(seed: 7) != waits(seed: 8))
  }

  @Test("Settings out of range are brought into it and never stop a retry")
  func oddSettings() {
    var generator = SeededGenerator(seed: 1)
    var shrinking = Backoff(initial: .seconds(2), multiplier: 0.5, jitter: -1, cap: .seconds(1))
    #expect(shrinking.next(using: &generator) == .seconds(2))
    #expect(shrinking.next(using: &generator) == .seconds(2))
    var wild = Backoff(
      initial: .seconds(-5),
      multiplier: .nan,
      jitter: .infinity,
      cap: .seconds(Int64.max)
    )
    #expect(wild.jitter == 1 && wild.multiplier == 1)
    #expect(wild.next(using: &generator) <= .nanoseconds(2))
    var vast = Backoff(
      initial: .seconds(1),
      multiplier: .greatestFiniteMagnitude,
      jitter: 1,
      cap: .seconds(Int64.max)
    )
    for _ in 0..<100 { #expect(vast.next(using: &generator) >= .zero) }
  }
}
