import Primitives
import Testing

@testable import Commands

@Suite("Whether a process still answers")
struct LivenessTests {
  private static let start = Instant(nanoseconds: 1_000_000_000_000)

  /// What the n-th question without an answer leads to.
  private func silence(
    _ liveness: inout Liveness,
    from start: Instant,
    every interval: Duration,
    upTo count: Int
  ) -> (count: Int, silence: Duration)? {
    for number in 1...count {
      if let silence = liveness.missed(start + interval * number) { return (number, silence) }
    }
    return nil
  }

  @Test("one that answered and falls silent is given up after 12 s, not before")
  func silent() throws {
    var liveness = Liveness(Liveness.Limits(), startedAt: Self.start)
    liveness.answered(Self.start)
    let end = try #require(
      silence(&liveness, from: Self.start, every: .seconds(1), upTo: 100)
    )
    #expect(end.count == 12 && end.silence == .seconds(12))
  }

  @Test("an answer begins the count anew")
  func answers() {
    var liveness = Liveness(Liveness.Limits(), startedAt: Self.start)
    for round in 0..<10 {
      let begin = Self.start + .seconds(20) * round
      liveness.answered(begin)
      #expect(silence(&liveness, from: begin, every: .seconds(2), upTo: 5) == nil)
    }
  }

  @Test("one that starts has a minute to say its first word")
  func starting() throws {
    var liveness = Liveness(Liveness.Limits(), startedAt: Self.start)
    let end = try #require(
      silence(&liveness, from: Self.start, every: .milliseconds(50), upTo: 5000)
    )
    #expect(end.silence == .seconds(60))
  }

  @Test("a supervisor that stood still has heard no silence")
  func stoodStill() {
    var liveness = Liveness(Liveness.Limits(), startedAt: Self.start)
    liveness.answered(Self.start)
    // The machine slept for an hour; the first questions after it time out.
    let waking = Self.start + .seconds(3600)
    #expect(liveness.missed(waking) == nil)
    #expect(liveness.missed(waking + .seconds(1)) == nil)
    liveness.answered(waking + .seconds(2))
    #expect(liveness.missed(waking + .seconds(4)) == nil)
  }
}
