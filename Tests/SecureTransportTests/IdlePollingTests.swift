import Testing
import Transport

@testable import SecureTransport

@Suite("Idle polling")
struct IdlePollingTests {
  private func polling(after gaps: [Duration]) -> IdlePolling {
    var polling = IdlePolling()
    for gap in gaps { polling.idleEnded(after: gap) }
    return polling
  }

  @Test("a loop sleeps at once until work has come soon several times in a row")
  func warmsUp() {
    let short = Duration.microseconds(30)
    #expect(IdlePolling().window == .zero)
    #expect(polling(after: Array(repeating: short, count: 8)).window == .zero)
    let warm = polling(after: Array(repeating: short, count: 9))
    #expect(warm.window == short)
  }

  @Test("it polls as long as work usually takes to come, never longer than the limit")
  func grows() {
    var polling = polling(after: Array(repeating: .microseconds(1), count: 9))
    #expect(polling.window == .microseconds(10))
    polling.idleEnded(after: .microseconds(50))
    #expect(polling.window == .microseconds(50))
    polling.idleEnded(after: .microseconds(60))
    #expect(polling.window == .microseconds(100))
    polling.idleEnded(after: .microseconds(5))
    #expect(polling.window == .microseconds(100))
    polling.idleEnded(after: .microseconds(180))
    #expect(polling.window == .microseconds(200))
    polling.idleEnded(after: .microseconds(200))
    #expect(polling.window == IdlePolling.longest)
  }

  @Test("one long idle time ends it, and it must be earned again")
  func stops() {
    var polling = polling(after: Array(repeating: .microseconds(30), count: 20))
    polling.idleEnded(after: .microseconds(201))
    #expect(polling == IdlePolling())
    polling.idleEnded(after: .microseconds(30))
    #expect(polling.window == .zero)
  }

  @Test("the epoll descriptor that watches a socket is found, and no other")
  func findsTheHolder() async throws {
    let loops = [LoopGroup(threadCount: 1), LoopGroup(threadCount: 1)]
    let pair = try SocketPair()
    let probes = [Probe(), Probe()]
    try SocketPairTransport.adopt(pair.host, on: loops[0].loops[0]) { probes[0] }
    try SocketPairTransport.adopt(pair.worker, on: loops[1].loops[0]) { probes[1] }
    for probe in probes { _ = try await probe.opened() }
    let holders = [EventPolls.holder(of: pair.host), EventPolls.holder(of: pair.worker)]
    let all = EventPolls.all
    #expect(holders.allSatisfy { $0.map(all.contains) ?? false })
    #expect(holders[0] != holders[1])
    #expect(EventPolls.holder(of: -1) == nil)
    for group in loops { await group.shutdown() }
  }
}
