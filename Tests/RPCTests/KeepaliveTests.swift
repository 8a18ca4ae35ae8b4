import Primitives
import Testing

@testable import RPC

@Suite struct KeepaliveTests {
  private let limits = WireLimits()

  @Test("A silent peer with open calls is asked after ten seconds, and dead five later")
  func silence() {
    var keepalive = Keepalive(now: .start)
    func tick(_ seconds: Double) -> Keepalive.OnTick {
      keepalive.tick(now: .seconds(seconds), hasOpenStreams: true, limits: limits)
    }
    #expect(tick(9.999) == .none)
    #expect(tick(10) == .ping)
    #expect(tick(10) == .none)
    #expect(tick(14.999) == .none)
    #expect(tick(15) == .dead)
  }

  @Test("Anything heard is an answer, and the silence counts from it")
  func answers() {
    var keepalive = Keepalive(now: .start)
    #expect(keepalive.tick(now: .seconds(10), hasOpenStreams: true, limits: limits) == .ping)
    keepalive.heard(now: .seconds(14))
    #expect(keepalive.tick(now: .seconds(23.9), hasOpenStreams: true, limits: limits) == .none)
    #expect(keepalive.tick(now: .seconds(24), hasOpenStreams: true, limits: limits) == .ping)
    #expect(keepalive.tick(now: .seconds(29), hasOpenStreams: true, limits: limits) == .dead)
  }

  @Test("Without open calls silence is fine; an unanswered ping is not")
  func idle() {
    var keepalive = Keepalive(now: .start)
    #expect(keepalive.tick(now: .seconds(5000), hasOpenStreams: false, limits: limits) == .none)
    #expect(keepalive.tick(now: .seconds(5000), hasOpenStreams: true, limits: limits) == .ping)
    #expect(keepalive.tick(now: .seconds(5005), hasOpenStreams: false, limits: limits) == .dead)
  }
}
