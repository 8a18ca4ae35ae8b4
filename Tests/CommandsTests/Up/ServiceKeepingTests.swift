import Primitives
import Testing

@testable import Commands

/// The machine by reference: expectations ask it questions that change it.
private final class Kept {
  private var value = ServiceKeeping()
  var phase: ServiceKeeping.Phase { value.phase }
  var restartCount: Int { value.restartCount }
  func mayStart() -> Bool { value.mayStart() }
  func becameReady(now: Instant) { value.becameReady(now: now) }
  func stopRequested() -> Bool { value.stopRequested() }
  func processEnded(isHopeless: Bool, now: Instant) -> ServiceKeeping.OnEnd {
    value.processEnded(isHopeless: isHopeless, now: now)
  }
}

@Suite("Keeping a service running")
struct ServiceKeepingTests {
  private static let start = Instant(nanoseconds: 1_000_000_000_000)

  private func started() -> Kept {
    let keeping = Kept()
    #expect(keeping.mayStart())
    return keeping
  }

  private func ready(now: Instant = Self.start) -> Kept {
    let keeping = started()
    keeping.becameReady(now: now)
    return keeping
  }

  @Test("it starts once, becomes ready, and stops when asked")
  func life() {
    let keeping = ready()
    #expect(keeping.phase == .ready)
    #expect(!keeping.mayStart())
    #expect(keeping.stopRequested())
    #expect(keeping.phase == .stopping)
    #expect(!keeping.stopRequested())
    #expect(keeping.processEnded(isHopeless: false, now: Self.start) == .done)
    #expect(keeping.phase == .ended)
    #expect(!keeping.mayStart())
    #expect(keeping.restartCount == 0)
  }

  @Test("one that dies again and again waits longer each time, up to 10 s")
  func backoff() {
    let keeping = started()
    var waits: [Duration] = []
    for _ in 0..<8 {
      guard case .restart(let wait) = keeping.processEnded(isHopeless: false, now: Self.start)
      else { return #expect(Bool(false), "it must be restarted") }
      #expect(keeping.phase == .waiting)
      waits.append(wait)
      #expect(keeping.mayStart())
      keeping.becameReady(now: Self.start)
    }
    let expected: [Duration] = [
      .milliseconds(200), .milliseconds(400), .milliseconds(800), .milliseconds(1600),
      .milliseconds(3200), .milliseconds(6400), .seconds(10), .seconds(10),
    ]
    #expect(waits == expected)
    #expect(keeping.restartCount == 8)
  }

  @Test("who served for 30 s begins with the shortest wait again, who served less does not")
  func calm() {
    for (served, expected) in [
      (Duration.seconds(30), Duration.milliseconds(200)),
      (.milliseconds(29_999), .milliseconds(400)),
    ] {
      let keeping = ready()
      _ = keeping.processEnded(isHopeless: false, now: Self.start)
      #expect(keeping.mayStart())
      keeping.becameReady(now: Self.start)
      let end = keeping.processEnded(isHopeless: false, now: Self.start + served)
      #expect(end == .restart(after: expected))
    }
  }

  @Test("wrong settings end the first start for good, but not one that has served before")
  func hopeless() {
    let first = started()
    #expect(first.processEnded(isHopeless: true, now: Self.start) == .giveUp)
    #expect(first.phase == .ended)
    let served = ready()
    #expect(
      served.processEnded(isHopeless: true, now: Self.start) == .restart(after: .milliseconds(200))
    )
  }

  @Test("a stop between two starts means that there is no further one")
  func stopWhileWaiting() {
    let keeping = ready()
    _ = keeping.processEnded(isHopeless: false, now: Self.start)
    #expect(!keeping.stopRequested(), "there is no process to be told")
    #expect(keeping.phase == .ended)
    #expect(!keeping.mayStart())
  }

  @Test("readiness counts only while a process starts")
  func readiness() {
    let waiting = Kept()
    waiting.becameReady(now: Self.start)
    #expect(waiting.phase == .waiting)
    let stopping = started()
    _ = stopping.stopRequested()
    stopping.becameReady(now: Self.start)
    #expect(stopping.phase == .stopping)
    let ended = Kept()
    _ = ended.stopRequested()
    ended.becameReady(now: Self.start)
    #expect(ended.phase == .ended)
    #expect(ended.processEnded(isHopeless: false, now: Self.start) == .done)
  }
}
