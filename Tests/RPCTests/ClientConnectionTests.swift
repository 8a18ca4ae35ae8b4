import Primitives
import Testing

@testable import RPC

@Suite struct ClientConnectionTests {
  @Test("Before the server's Hello every other frame ends the connection")
  func beforeHello() {
    typealias Event = (String, (inout ClientConnection) throws(WireViolation) -> Void)
    let events: [Event] = [
      ("head", { c throws(WireViolation) in _ = try c.receivedHead(id: 1) }),
      ("data", { c throws(WireViolation) in _ = try c.data(1, 1) }),
      ("end", { c throws(WireViolation) in _ = try c.receivedEnd(id: 1) }),
      ("window", { c throws(WireViolation) in _ = try c.receivedWindow(id: 0, credit: 1) }),
      ("ping", { c throws(WireViolation) in _ = try c.receivedPing(Ping(), now: .start) }),
      (
        "go away",
        { c throws(WireViolation) in _ = try c.receivedGoAway(GoAway(lastStreamID: 0)) }
      ),
      ("unknown", { c throws(WireViolation) in try c.receivedUnknown(id: 0) }),
    ]
    for (name, event) in events {
      var client = ClientConnection.fresh()
      _ = client.open(endsStream: true)
      let thrown = violation { () throws(WireViolation) in try event(&client) }
      #expect(thrown == .unexpected, "\(name)")
    }
  }

  @Test("Calls are opened before the server's Hello, under the defaults")
  func pipelining() throws {
    var client = ClientConnection.fresh()
    let opened = try client.opened(endsStream: false)
    #expect(opened == ClientConnection.Opened(slot: 0, id: 1))
    #expect(client.streamCredit(slot: 0) == 256 << 10)
    #expect(client.sendCredit == 4 << 20)
    #expect(!client.isGreeted)
    #expect(try client.receivedHello(.standard) == true)
    #expect(client.isGreeted)
  }

  @Test("A second Hello, and one without our version, end the connection")
  func badHellos() throws {
    var client = try ClientConnection.greeted()
    #expect(
      violation { () throws(WireViolation) in try client.receivedHello(.standard) } == .unexpected
    )
    var other = ClientConnection.fresh()
    let newer = Hello.sample { $0.versions = 2...4 }
    #expect(violation { () throws(WireViolation) in try other.receivedHello(newer) } == .unexpected)
    let wide = Hello.sample { $0.versions = 1...4 }
    #expect(violation { () throws(WireViolation) in try other.receivedHello(wide) } == nil)
  }

  @Test("A Hello that announces less leaves negative credit, which new credit must first make good")
  func smallerHello() throws {
    var client = ClientConnection.fresh()
    let slot = try client.opened(endsStream: false).slot
    for _ in 0..<4 { #expect(client.grant(slot: slot, wanted: 64 << 10) == 64 << 10) }
    let hello = Hello.sample {
      $0.streamWindowBytes = 1024
      $0.connectionWindowBytes = 2048
    }
    _ = try client.receivedHello(hello)
    #expect(client.streamCredit(slot: slot) == 1024 - (256 << 10))
    #expect(client.sendCredit == 2048 - (256 << 10))
    #expect(client.grant(slot: slot, wanted: 1) == 0)
    #expect(try client.receivedWindow(id: 1, credit: 256 << 10) == .resume(slot: slot))
    #expect(client.grant(slot: slot, wanted: 1) == 0)
    #expect(try client.receivedWindow(id: 0, credit: 254 << 10) == .resumeAll)
    #expect(client.sendCredit == 0)
    #expect(try client.receivedWindow(id: 0, credit: 5) == .resumeAll)
    #expect(client.grant(slot: slot, wanted: 100) == 0)
    #expect(client.grant(slot: slot, wanted: 5) == 5)
    let second = try client.opened(endsStream: true)
    #expect(client.streamCredit(slot: second.slot) == 1024)
  }

  @Test("A Hello that announces more is credit for calls that are open already")
  func largerHello() throws {
    var client = ClientConnection.fresh()
    let slot = try client.opened(endsStream: false).slot
    #expect(client.grant(slot: slot, wanted: 1000) == 1000)
    _ = try client.receivedHello(.sample { $0.streamWindowBytes = 1 << 20 })
    #expect(client.streamCredit(slot: slot) == (1 << 20) - 1000)
  }

  @Test("Room is the least of both sides' limits, and calls that were given up still take it")
  func room() throws {
    var client = ClientConnection.fresh(limits: .sample { $0.maximumStreams = 5 })
    #expect(client.room == 5)
    _ = try client.receivedHello(.sample { $0.maximumStreams = 3 })
    #expect(client.room == 3)
    let slots = client.openAll(10)
    #expect(slots.count == 3)
    #expect(client.room == 0)
    #expect(client.open(endsStream: true) == nil)
    #expect(client.cancel(slot: slots[0]) == true)
    #expect(client.cancel(slot: slots[0]) == false)
    #expect(client.room == 0)
    let ended = try client.receivedEnd(id: client.id(of: slots[0]))
    #expect(ended == ClientConnection.Ended(slot: slots[0], isAwaited: false))
    #expect(client.room == 0)
    client.finished(slot: ended.slot)
    #expect(client.room == 1)
    #expect(client.open(endsStream: true) == ClientConnection.Opened(slot: slots[0], id: 7))
  }

  @Test("A Hello with fewer streams than are open leaves no room, not less than none")
  func fewerStreams() throws {
    var client = ClientConnection.fresh()
    _ = client.openAll(10)
    _ = try client.receivedHello(.sample { $0.maximumStreams = 4 })
    #expect(client.room == 0)
    #expect(client.openStreams == 10)
  }

  @Test("When its ids are used up a connection is spent, and its calls go on")
  func spentIDs() throws {
    var client = try ClientConnection.greeted(limits: .sample { $0.lastStreamID = 5 })
    var ids: [UInt32] = []
    while let opened = client.open(endsStream: true) { ids.append(opened.id) }
    #expect(ids == [1, 3, 5])
    #expect(client.isSpent)
    #expect(client.room == 0)
    #expect(try client.data(5, 1) == .deliver(slot: 2, completes: true))
    #expect(try client.receivedEnd(id: 5).isAwaited)
  }

  @Test(
    "A retired connection opens nothing, and frames for streams it never opened are still faults"
  )
  func retired() throws {
    var client = try ClientConnection.greeted()
    let slot = try client.opened(endsStream: true).slot
    client.retire()
    #expect(client.isSpent)
    #expect(client.open(endsStream: true) == nil)
    #expect(try client.receivedWindow(id: 1, credit: 1) == .resume(slot: slot))
    #expect(
      violation { () throws(WireViolation) in try client.receivedWindow(id: 3, credit: 1) }
        == .unexpected
    )
  }

  @Test("What a call sent is over once, and a call that was given up sends no more")
  func phases() throws {
    var client = try ClientConnection.greeted()
    let open = try client.opened(endsStream: false).slot
    #expect(client.phase(of: open) == .open)
    client.finishSending(slot: open)
    #expect(client.phase(of: open) == .sent)
    client.finishSending(slot: open)
    #expect(client.phase(of: open) == .sent)
    #expect(client.cancel(slot: open) == true)
    client.finishSending(slot: open)
    #expect(client.phase(of: open) == .cancelled)
    let sent = try client.opened(endsStream: true).slot
    #expect(client.phase(of: sent) == .sent)
  }
}
