import Primitives
import Testing

@testable import RPC

@Suite struct ClientConnectionFrameTests {
  @Test("Frames for streams that are not open end the connection")
  func notOpen() throws {
    var base = try ClientConnection.greeted()
    let slots = base.openAll(2)
    _ = try base.receivedEnd(id: 1)
    base.finished(slot: slots[0])
    for id in [0, 1, 2, 5, 0x8000_0001] as [UInt32] {
      var client = base
      #expect(
        violation { () throws(WireViolation) in try client.receivedHead(id: id) } == .unexpected
      )
      #expect(violation { () throws(WireViolation) in try client.data(id, 1) } == .unexpected)
      #expect(
        violation { () throws(WireViolation) in try client.receivedEnd(id: id) } == .unexpected
      )
    }
    #expect(try base.receivedEnd(id: 3).slot == slots[1])
  }

  @Test("A Window may cross the End of its stream, but must name one that was opened")
  func windows() throws {
    var client = try ClientConnection.greeted()
    let slot = try client.opened(endsStream: false).slot
    #expect(try client.receivedWindow(id: 1, credit: 9) == .resume(slot: slot))
    #expect(client.streamCredit(slot: slot) == (256 << 10) + 9)
    client.finished(slot: slot)
    #expect(try client.receivedWindow(id: 1, credit: 9) == .ignore)
    for id in [2, 3, 0x8000_0001] as [UInt32] {
      #expect(
        violation { () throws(WireViolation) in try client.receivedWindow(id: id, credit: 1) }
          == .unexpected,
        "id \(id)"
      )
    }
    #expect(
      violation { () throws(WireViolation) in try client.receivedWindow(id: 0, credit: 0) }
        == .malformed
    )
    #expect(
      violation { () throws(WireViolation) in
        try client.receivedWindow(id: 0, credit: 0x7FFF_FFFF)
      } == .malformed
    )
  }

  @Test("Early metadata is its call's; nobody waits for that of a call given up")
  func heads() throws {
    var client = try ClientConnection.greeted()
    let slots = client.openAll(2)
    #expect(try client.receivedHead(id: 1) == slots[0])
    _ = client.cancel(slot: slots[1])
    #expect(try client.receivedHead(id: 3) == nil)
  }

  @Test("Answers up to the credit that was given are delivered; one byte more ends the connection")
  func credit() throws {
    var client = try ClientConnection.greeted(limits: .sample { $0.streamWindowBytes = 2000 })
    let slot = client.openAll(1)[0]
    #expect(try client.data(1, 1999, more: true) == .deliver(slot: slot, completes: false))
    #expect(try client.data(1, 0, more: true) == .deliver(slot: slot, completes: false))
    #expect(try client.data(1, 1) == .deliver(slot: slot, completes: true))
    var other = client
    #expect(violation { () throws(WireViolation) in try other.data(1, 1) } == .unexpected)
    other = client
    // An empty message costs 1; an End without data costs nothing.
    #expect(violation { () throws(WireViolation) in try other.data(1, 0) } == .unexpected)
    #expect(try client.data(1, 0, isEnd: true) == .deliver(slot: slot, completes: true))
    #expect(client.release(slot: slot, count: 2000) == 2000)
    #expect(try client.data(1, 0) == .deliver(slot: slot, completes: true))
  }

  @Test("Data beyond the connection's credit ends it, though every stream had its own")
  func connectionCredit() throws {
    var client = try ClientConnection.greeted(
      limits: .sample { $0.connectionWindowBytes = 100 << 10 }
    )
    _ = client.openAll(1)
    #expect(
      violation { () throws(WireViolation) in try client.data(1, (100 << 10) + 1) } == .unexpected
    )
  }

  @Test("Data after a cancel is dropped but credited on the connection, until End frees the slot")
  func afterCancel() throws {
    var client = try ClientConnection.greeted(
      limits: .sample {
        $0.streamWindowBytes = 3000
        $0.connectionWindowBytes = 2048
      }
    )
    let slot = client.openAll(1)[0]
    #expect(client.cancel(slot: slot) == true)
    #expect(try client.data(1, 1500, more: true) == .drop)
    #expect(client.takeConnectionCredit() == 1500)
    #expect(client.takeConnectionCredit() == 0)
    #expect(try client.data(1, 1500) == .drop)
    #expect(client.takeConnectionCredit() == 1500)
    #expect(client.receive.available == 2048)
    #expect(client.release(slot: slot, count: 3000) == 0)
    #expect(violation { () throws(WireViolation) in try client.data(1, 1) } == .unexpected)
    #expect(try client.receivedEnd(id: 1).isAwaited == false)
  }

  @Test("An answer above the method's limit fails its call and drops what else comes")
  func tooLarge() throws {
    var client = try ClientConnection.greeted()
    let slot = client.openAll(1)[0]
    #expect(
      try client.data(1, 60, more: true, limit: 100) == .deliver(slot: slot, completes: false)
    )
    guard case .fail(slot: slot, .resourceExhausted, _) = try client.data(1, 41, limit: 100) else {
      Issue.record("101 bytes of 100 passed")
      return
    }
    #expect(try client.data(1, 41, limit: 100) == .drop)
    #expect(client.cancel(slot: slot) == false)
    #expect(try client.receivedEnd(id: 1) == ClientConnection.Ended(slot: slot, isAwaited: false))
  }

  @Test("A grant is the least of what is wanted, both credits and one frame")
  func grants() throws {
    var client = try ClientConnection.greeted(
      limits: .sample { $0.chunkBytes = 65_536 },
      hello: .sample {
        $0.streamWindowBytes = 70_000
        $0.connectionWindowBytes = 100_000
      }
    )
    let first = try client.opened(endsStream: false).slot
    let second = try client.opened(endsStream: false).slot
    #expect(client.grant(slot: first, wanted: 1 << 20) == 65_536)
    #expect(client.grant(slot: first, wanted: 1 << 20) == 70_000 - 65_536)
    #expect(client.grant(slot: second, wanted: 1 << 20) == 30_000)
    #expect(client.grant(slot: second, wanted: 1 << 20) == 0)
    #expect(client.sendCredit == 0)
    #expect(client.streamCredit(slot: second) == 40_000)
  }

  @Test("A hundred parts without bytes in a row are borne, one more ends the connection")
  func emptyParts() throws {
    var client = try ClientConnection.greeted()
    _ = client.openAll(1)
    for _ in 0..<100 { _ = try client.data(1, 0, more: true) }
    #expect(
      violation { () throws(WireViolation) in try client.data(1, 0, more: true) } == .abuse
    )
  }

  @Test("A server's pings are answered, unless it asks too often")
  func pings() throws {
    var client = try ClientConnection.greeted()
    #expect(
      try client.receivedPing(Ping(opaque: 5), now: .start) == Ping(opaque: 5, isAck: true)
    )
    #expect(try client.receivedPing(Ping(opaque: 5, isAck: true), now: .start) == nil)
    for _ in 0..<2 { #expect(try client.receivedPing(Ping(), now: .seconds(1)) != nil) }
    #expect(
      violation { () throws(WireViolation) in try client.receivedPing(Ping(), now: .seconds(2)) }
        == .abuse
    )
  }
}
