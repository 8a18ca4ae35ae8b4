import Testing

@testable import RPC

@Suite struct ClientConnectionGoAwayTests {
  private let announcement = GoAway(lastStreamID: GoAway.announcement)

  @Test("An announced GoAway ends the opening of calls and refuses none")
  func announced() throws {
    var client = try ClientConnection.greeted()
    _ = client.openAll(3)
    #expect(try client.receivedGoAway(announcement) == [])
    #expect(client.isSpent)
    #expect(client.room == 0)
    #expect(client.openStreams == 3)
    #expect(try client.receivedPing(Ping(opaque: 7), now: .start)?.opaque == 7)
  }

  @Test("The final GoAway gives back the slots of the calls above its last id, and no others")
  func refused() throws {
    var client = try ClientConnection.greeted()
    let slots = client.openAll(4)
    _ = client.cancel(slot: slots[3])
    _ = try client.receivedGoAway(announcement)
    #expect(Set(try client.receivedGoAway(GoAway(lastStreamID: 3))) == [slots[2], slots[3]])
    #expect(client.openStreams == 2)
    #expect(try client.receivedGoAway(GoAway(lastStreamID: 3)) == [])
    #expect(try client.receivedGoAway(GoAway(lastStreamID: 1)) == [slots[1]])
    #expect(try client.data(1, 1) == .deliver(slot: slots[0], completes: true))
  }

  @Test("A GoAway with last id 0 refuses all")
  func refusesAll() throws {
    var client = try ClientConnection.greeted()
    #expect(client.openAll(5).count == 5)
    #expect(try client.receivedGoAway(GoAway(lastStreamID: 0)).count == 5)
    #expect(client.openStreams == 0)
  }

  @Test("A GoAway that takes a refusal back ends the connection")
  func rising() throws {
    var client = try ClientConnection.greeted()
    _ = try client.receivedGoAway(GoAway(lastStreamID: 3))
    #expect(
      violation { () throws(WireViolation) in try client.receivedGoAway(GoAway(lastStreamID: 5)) }
        == .unexpected
    )
  }

  @Test("A server may still end by name the calls that its last GoAway refused: others go on")
  func crossingBegin() throws {
    var client = try ClientConnection.greeted(limits: .sample { $0.maximumStreams = 3 })
    let slots = client.openAll(3)
    _ = try client.receivedGoAway(GoAway(lastStreamID: 1))
    #expect(client.openStreams == 1)
    // The Begins of 3 and 5 crossed the GoAway; the server answers each with End(not_started).
    #expect(try client.receivedHead(id: 3) == nil)
    #expect(try client.data(5, 10) == .drop)
    for id in [3, 5] as [UInt32] {
      let ended = try client.receivedEnd(id: id)
      #expect(!ended.isAwaited)
      #expect(ended.slot != slots[0])
      client.finished(slot: ended.slot)
    }
    #expect(client.openStreams == 1)
    #expect(try client.data(1, 1) == .deliver(slot: slots[0], completes: true))
    // What was never opened is still a fault.
    #expect(violation { () throws(WireViolation) in try client.receivedEnd(id: 7) } == .unexpected)
    #expect(violation { () throws(WireViolation) in try client.receivedEnd(id: 4) } == .unexpected)
  }
}
