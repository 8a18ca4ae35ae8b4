import Primitives
import Testing

@testable import RPC

@Suite struct ServerConnectionTests {
  @Test("Before Hello every other frame ends the connection")
  func beforeHello() {
    typealias Event = (String, (inout ServerConnection) throws(WireViolation) -> Void)
    let events: [Event] = [
      (
        "begin",
        { c throws(WireViolation) in _ = try c.receivedBegin(id: 1, dataCount: 0, now: .start) }
      ),
      ("data", { c throws(WireViolation) in _ = try c.data(1, 1) }),
      ("cancel", { c throws(WireViolation) in _ = try c.receivedCancel(id: 1, now: .start) }),
      ("window", { c throws(WireViolation) in _ = try c.receivedWindow(id: 0, credit: 1) }),
      ("ping", { c throws(WireViolation) in _ = try c.receivedPing(Ping(), now: .start) }),
      ("unknown", { c throws(WireViolation) in _ = try c.receivedUnknown(id: 0) }),
    ]
    for (name, event) in events {
      var server = ServerConnection.fresh()
      let thrown = violation { () throws(WireViolation) in try event(&server) }
      #expect(thrown == .unexpected, "\(name)")
    }
  }

  @Test("A second Hello ends the connection")
  func secondHello() throws {
    var server = try ServerConnection.greeted()
    #expect(
      violation { () throws(WireViolation) in try server.receivedHello(.standard) } == .unexpected
    )
  }

  @Test(
    "A peer is kept exactly when its versions hold ours",
    arguments: [(1...1, true), (1...5, true), (0...1, true), (2...3, false), (0...0, false)]
      as [(ClosedRange<UInt32>, Bool)]
  )
  func versions(versions: ClosedRange<UInt32>, isKept: Bool) {
    var server = ServerConnection.fresh()
    let hello = Hello.sample { $0.versions = versions }
    let thrown = violation { () throws(WireViolation) in try server.receivedHello(hello) }
    #expect(thrown == (isKept ? nil : .unexpected))
    #expect((server.peerHello != nil) == isKept)
  }

  @Test("A client's stream ids are odd and below 2^31")
  func badIDs() throws {
    for id in [0, 2, 1000, 0x8000_0001, .max] as [UInt32] {
      var server = try ServerConnection.greeted()
      let thrown = violation { () throws(WireViolation) in
        try server.receivedBegin(id: id, dataCount: 0, now: .start)
      }
      #expect(thrown == .malformed, "id \(id)")
    }
    var server = try ServerConnection.greeted()
    _ = try server.start(0x7FFF_FFFF)
    #expect(server.highestID == 0x7FFF_FFFF)
  }

  @Test("Stream ids rise, may skip, and are never used again")
  func risingIDs() throws {
    for reused in [3, 9, 7] as [UInt32] {
      var server = try ServerConnection.greeted()
      _ = try server.start(3)
      let slot = try server.start(9)
      _ = server.sendEnd(slot: slot)
      server.finished(slot: slot)
      let thrown = violation { () throws(WireViolation) in
        try server.receivedBegin(id: reused, dataCount: 0, now: .start)
      }
      #expect(thrown == .unexpected, "id \(reused) after 9")
      #expect(server.openStreams == 1)
    }
  }

  @Test("The stream above the limit is refused, and its id counts as used")
  func tooManyStreams() throws {
    var server = try ServerConnection.greeted()
    var slots = Set<Int>()
    for index in 0..<128 { slots.insert(try server.start(UInt32(index * 2 + 1))) }
    #expect(slots == Set(0..<128))
    let refused = try server.receivedBegin(id: 257, dataCount: 10, now: .start)
    #expect(refused.refusal == .resourceExhausted)
    #expect(server.openStreams == 128)
    #expect(try server.data(257, 5) == .drop)
    #expect(
      violation { () throws(WireViolation) in
        try server.receivedBegin(id: 257, dataCount: 0, now: .start)
      } == .unexpected
    )
  }

  @Test("Handlers that run on after End do not keep their peer from new calls, up to a limit")
  func lingeringHandlers() throws {
    var server = try ServerConnection.greeted(
      limits: .sample {
        $0.maximumStreams = 2
        $0.lingeringHandlerLimit = 1
      }
    )
    let slots = [try server.start(1), try server.start(3)]
    #expect(try server.receivedBegin(id: 5, dataCount: 0, now: .start).refusal != nil)
    #expect(server.sendEnd(slot: slots[0]) == true)
    let third = try server.start(7)
    #expect(server.sendEnd(slot: slots[1]) == true)
    #expect(server.openStreams == 3)
    // One lingers on top, the other one costs a stream.
    #expect(try server.receivedBegin(id: 9, dataCount: 0, now: .start).refusal != nil)
    server.finished(slot: slots[1])
    let fourth = try server.start(11)
    #expect(try server.receivedBegin(id: 13, dataCount: 0, now: .start).refusal != nil)
    for slot in [slots[0], third, fourth] { server.finished(slot: slot) }
    #expect(server.openStreams == 0)
    _ = try server.start(15)
    _ = try server.start(17)
    #expect(try server.receivedBegin(id: 19, dataCount: 0, now: .start).refusal != nil)
  }

  @Test("A slot is free only when its call is finished: not after a cancel, not after End")
  func slots() throws {
    var server = try ServerConnection.greeted(
      limits: .sample {
        $0.maximumStreams = 1
        $0.lingeringHandlerLimit = 0
      }
    )
    let slot = try server.start(1)
    #expect(try server.receivedCancel(id: 1, now: .start) == slot)
    #expect(try server.receivedBegin(id: 3, dataCount: 0, now: .start).refusal != nil)
    #expect(server.sendEnd(slot: slot) == true)
    #expect(server.sendEnd(slot: slot) == false)
    #expect(try server.receivedBegin(id: 5, dataCount: 0, now: .start).refusal != nil)
    server.finished(slot: slot)
    #expect(server.openStreams == 0)
    #expect(try server.start(7) == slot)
    #expect(server.id(of: slot) == 7)
    #expect(server.phase(of: slot) == .open)
  }

  @Test("A cancel tells the handler once; for a finished call it means nothing")
  func cancels() throws {
    var server = try ServerConnection.greeted()
    let slot = try server.start(1)
    #expect(try server.receivedCancel(id: 1, now: .start) == slot)
    #expect(try server.receivedCancel(id: 1, now: .start) == nil)
    #expect(server.phase(of: slot) == .cancelled)
    server.finished(slot: slot)
    #expect(try server.receivedCancel(id: 1, now: .start) == nil)
  }

  @Test("Frames for streams that were never opened end the connection")
  func neverOpened() throws {
    for id in [0, 2, 4, 7, 0x8000_0001] as [UInt32] {
      var server = try ServerConnection.greeted()
      _ = try server.start(5)
      #expect(violation { () throws(WireViolation) in try server.data(id, 1) } == .unexpected)
      #expect(
        violation { () throws(WireViolation) in try server.receivedCancel(id: id, now: .start) }
          == .unexpected
      )
      if id != 0 {
        #expect(
          violation { () throws(WireViolation) in try server.receivedWindow(id: id, credit: 1) }
            == .unexpected
        )
      }
    }
  }

  @Test("A kind that nobody knows ends the call that it names, or the one that it would begin")
  func unknownKinds() throws {
    var server = try ServerConnection.greeted()
    let slot = try server.start(5)
    #expect(try server.receivedUnknown(id: 5) == .fail(slot: slot))
    #expect(try server.receivedUnknown(id: 0) == .ignore)
    #expect(try server.receivedUnknown(id: 3) == .ignore)
    #expect(server.highestID == 5)
    #expect(try server.receivedUnknown(id: 9) == .refuse)
    #expect(server.highestID == 9)
    #expect(server.openStreams == 1)
    #expect(try server.data(9, 1) == .drop)
    for id in [10, 0x8000_0001] as [UInt32] {
      var other = server
      #expect(
        violation { () throws(WireViolation) in try other.receivedUnknown(id: id) } == .malformed
      )
    }
  }

  @Test("One frame leaves room for its head in the smallest frame that the peer takes")
  func chunks() throws {
    let limits = WireLimits()
    #expect(ServerConnection.fresh().chunkBytes == 64 << 10)
    for frame in [1024, 4096, 40 << 10, (64 << 10) + 300, 80 << 10, 1 << 20] {
      let hello = Hello.sample { $0.maximumFrameBytes = frame }
      let server = try ServerConnection.greeted(hello: hello)
      var client = ClientConnection(limits: limits, now: .start)
      _ = try client.receivedHello(hello)
      #expect(client.chunkBytes == server.chunkBytes)
      #expect(server.chunkBytes >= 512 && server.chunkBytes <= limits.chunkBytes)
      let room = frame - server.chunkBytes
      #expect(room >= min(limits.maximumHeadBytes, frame / 2), "frames of \(frame) bytes")
    }
  }
}
