import Primitives
import Testing

@testable import RPC

@Suite struct ServerConnectionDrainTests {
  private typealias OnDrain = ServerConnection.OnDrain

  private func final(last: UInt32) -> OnDrain {
    .final(
      GoAway(
        lastStreamID: last,
        code: .unavailable,
        message: "draining",
        graceMilliseconds: 30_000
      )
    )
  }

  private let ping = Ping(opaque: ServerConnection.drainPing)

  @Test("A drain: announced, answered, said for good, and closed when the last call is done")
  func orderly() throws {
    var server = try ServerConnection.greeted()
    let early = try server.start(1)
    #expect(server.drainTick(now: .start) == .none)
    #expect(server.beginDrain(now: .start) == .announce(ping))
    #expect(server.beginDrain(now: .start) == .none)
    // What the client opened before it heard is still served.
    let late = try server.start(5)
    #expect(server.drainTick(now: .seconds(4.9)) == .none)
    #expect(
      try server.receivedPing(Ping(opaque: ping.opaque, isAck: true), now: .seconds(1))
        == .finishDrain
    )
    #expect(server.finishDrain(now: .seconds(1)) == final(last: 5))
    #expect(server.finishDrain(now: .seconds(1)) == .none)
    #expect(server.drain == .final(lastStreamID: 5, until: .seconds(31)))
    let refused = try server.receivedBegin(id: 7, dataCount: 0, now: .seconds(1))
    #expect(refused.refusal == .unavailable)
    #expect(server.drainTick(now: .seconds(2)) == .none)
    server.finished(slot: early)
    #expect(server.drainTick(now: .seconds(3)) == .none)
    server.finished(slot: late)
    #expect(server.drainTick(now: .seconds(4)) == .close)
  }

  @Test("A client that does not answer the ping is not waited for")
  func unanswered() throws {
    var server = try ServerConnection.greeted()
    _ = try server.start(1)
    _ = server.beginDrain(now: .start)
    #expect(server.drainTick(now: .seconds(4.999)) == .none)
    #expect(server.drainTick(now: .seconds(5)) == final(last: 1))
    // The answer that comes after all changes nothing.
    #expect(
      try server.receivedPing(Ping(opaque: ping.opaque, isAck: true), now: .seconds(6)) == .ignore
    )
    #expect(server.drainTick(now: .seconds(34.999)) == .none)
    #expect(server.drainTick(now: .seconds(35)) == .close)
    #expect(server.openStreams == 1)
  }

  @Test("Only the answer to the drain's own ping finishes it")
  func foreignAnswers() throws {
    var server = try ServerConnection.greeted()
    let own = Ping(opaque: ping.opaque, isAck: true)
    #expect(try server.receivedPing(own, now: .start) == .ignore)
    _ = server.beginDrain(now: .start)
    #expect(try server.receivedPing(Ping(opaque: 1, isAck: true), now: .start) == .ignore)
    #expect(try server.receivedPing(ping, now: .start) == .answer(own))
    #expect(try server.receivedPing(own, now: .start) == .finishDrain)
  }

  @Test("A connection without calls closes at once; one that never drains has nothing to finish")
  func edges() throws {
    var idle = try ServerConnection.greeted()
    #expect(idle.finishDrain(now: .start) == .none)
    _ = idle.beginDrain(now: .start)
    #expect(idle.finishDrain(now: .start) == final(last: 0))
    #expect(idle.drainTick(now: .start) == .close)
    var silent = ServerConnection.fresh()
    _ = silent.beginDrain(now: .start)
    #expect(silent.drainTick(now: .seconds(5)) == final(last: 0))
    #expect(silent.drainTick(now: .seconds(5)) == .close)
  }
}
