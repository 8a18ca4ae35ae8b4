import Primitives
import Testing

@testable import RPC

@Suite struct ServerConnectionCreditTests {
  private static let small = WireLimits.sample {
    $0.streamWindowBytes = 300 << 10
    $0.connectionWindowBytes = 5 << 20
  }

  @Test("Data up to the stream's credit is taken; one byte more ends the connection")
  func streamCredit() throws {
    var server = try ServerConnection.greeted(limits: Self.small)
    _ = try server.start(1)
    for _ in 0..<3 {
      #expect(
        try server.data(1, 100 << 10, more: true)
          == .deliver(slot: 0, completes: false, isLast: false)
      )
    }
    #expect(violation { () throws(WireViolation) in try server.data(1, 1) } == .unexpected)
  }

  @Test("An empty message costs 1, an end and a part without bytes cost nothing")
  func emptyMessages() throws {
    var server = try ServerConnection.greeted(limits: Self.small)
    _ = try server.start(1)
    _ = try server.start(3)
    #expect(
      try server.data(1, (300 << 10) - 1) == .deliver(slot: 0, completes: true, isLast: false)
    )
    #expect(try server.data(1, 0) == .deliver(slot: 0, completes: true, isLast: false))
    #expect(
      try server.data(1, 0, more: true) == .deliver(slot: 0, completes: false, isLast: false)
    )
    var other = server
    #expect(violation { () throws(WireViolation) in try other.data(1, 0) } == .unexpected)
    #expect(
      try server.data(1, 0, end: true) == .deliver(slot: 0, completes: false, isLast: true)
    )
    #expect(server.phase(of: 0) == .received)
  }

  @Test("Credit that was given back may be used; unread streams never stop the connection")
  func connectionCredit() throws {
    var server = try ServerConnection.greeted(limits: Self.small)
    var sent = 0
    var credit = 0
    for index in 0..<127 {
      let id = UInt32(index * 2 + 1)
      _ = try server.start(id)
      for _ in 0..<3 {
        _ = try server.data(id, 100 << 10)
        sent += 100 << 10
        credit += Int(server.takeConnectionCredit())
        #expect(sent - credit <= 5 << 20, "nobody could send this much")
      }
    }
    #expect(server.takeConnectionCredit() == 0)
    #expect(server.receive.available + server.receive.unannounced == 5 << 20)
    _ = try server.start(255)
    #expect(
      try server.data(255, 1000, end: true) == .deliver(slot: 127, completes: true, isLast: true)
    )
  }

  @Test(
    "Data of a Begin costs the connection's credit when it arrives and the stream's when it stands"
  )
  func beginData() throws {
    var server = try ServerConnection.greeted(limits: Self.small)
    let begin = try server.receivedBegin(id: 1, dataCount: 1000, now: .start)
    #expect(begin == .start(slot: 0))
    #expect(server.receive.available + server.receive.unannounced == 5 << 20)
    #expect(server.receive.unannounced == 1000)
    let event = try server.receivedBeginData(
      slot: 0,
      count: 1000,
      hasMore: false,
      endsStream: true,
      maximumMessageBytes: 1000
    )
    #expect(event == .deliver(slot: 0, completes: true, isLast: true))
    #expect(server.receive.unannounced == 1000)
    #expect(server.streams[0].receive.available == (300 << 10) - 1000)
  }

  @Test("A single frame beyond the connection's credit ends the connection")
  func beyondConnection() throws {
    var server = try ServerConnection.greeted(
      limits: .sample { $0.connectionWindowBytes = 4 << 20 }
    )
    #expect(
      violation { () throws(WireViolation) in
        try server.receivedBegin(id: 1, dataCount: (4 << 20) + 1, now: .start)
      } == .unexpected
    )
  }

  @Test("Data for a closed or refused stream is dropped, and its connection credit returns")
  func closedStreams() throws {
    var server = try ServerConnection.greeted(limits: Self.small)
    let slot = try server.start(1)
    server.finished(slot: slot)
    for _ in 0..<20 {
      #expect(try server.data(1, 1 << 20) == .drop)
      _ = server.takeConnectionCredit()
      #expect(server.receive.available + server.receive.unannounced == 5 << 20)
    }
  }

  @Test("A cancelled or ended call's data is dropped but keeps to the stream's credit")
  func droppedData() throws {
    for cancels in [true, false] {
      var server = try ServerConnection.greeted(limits: Self.small)
      let slot = try server.start(1)
      if cancels {
        _ = try server.receivedCancel(id: 1, now: .start)
      } else {
        _ = server.sendEnd(slot: slot)
      }
      #expect(try server.data(1, 300 << 10) == .drop)
      #expect(server.release(slot: slot, count: 300 << 10) == 0)
      #expect(violation { () throws(WireViolation) in try server.data(1, 1) } == .unexpected)
    }
  }

  @Test("Data after the stream's end ends the connection; a message too large ends its call")
  func streamFaults() throws {
    var server = try ServerConnection.greeted()
    _ = try server.start(1)
    _ = try server.start(3)
    guard case .fail(slot: 1, .resourceExhausted, _) = try server.data(3, 11, limit: 10) else {
      Issue.record("11 bytes of 10 passed")
      return
    }
    _ = try server.data(1, 1, end: true)
    #expect(violation { () throws(WireViolation) in try server.data(1, 1) } == .unexpected)
  }

  @Test(
    "Before it can have read this side's Hello a client sends under the defaults, which is no fault"
  )
  func smallerWindows() throws {
    let limits = WireLimits.sample {
      $0.streamWindowBytes = 8 << 10
      $0.connectionWindowBytes = 16 << 10
    }
    var server = try ServerConnection.greeted(limits: limits)
    for index in 0..<16 {
      let id = UInt32(index * 2 + 1)
      _ = try server.start(id)
      for _ in 0..<4 { _ = try server.data(id, 64 << 10, more: true) }
      var other = server
      #expect(violation { () throws(WireViolation) in try other.data(id, 1) } == .unexpected)
    }
    #expect(server.openStreams == 16)
    let credit = Int(server.takeConnectionCredit())
    #expect(credit == 4 << 20)
    #expect(server.release(slot: 0, count: 256 << 10) == 256 << 10)
  }

  @Test("Windows: credit adds up, zero and overflow end the connection")
  func windows() throws {
    var server = try ServerConnection.greeted()
    let slot = try server.start(1)
    #expect(try server.receivedWindow(id: 1, credit: 5) == .resume(slot: slot))
    #expect(server.streamCredit(slot: slot) == (256 << 10) + 5)
    #expect(try server.receivedWindow(id: 0, credit: 7) == .ignore)
    #expect(server.sendCredit == (4 << 20) + 7)
    for id in [0, 1] as [UInt32] {
      var other = server
      #expect(
        violation { () throws(WireViolation) in try other.receivedWindow(id: id, credit: 0) }
          == .malformed
      )
      #expect(
        violation { () throws(WireViolation) in
          try other.receivedWindow(id: id, credit: 0x7FFF_FFFF)
        } == .malformed
      )
    }
    server.finished(slot: slot)
    #expect(try server.receivedWindow(id: 1, credit: 5) == .ignore)
  }

  @Test("Connection credit wakes everybody exactly when there was too little for any piece")
  func resumeAll() throws {
    let hello = Hello.sample { $0.connectionWindowBytes = 1024 }
    var server = try ServerConnection.greeted(hello: hello)
    let slot = try server.start(1)
    #expect(server.grant(slot: slot, wanted: 500) == 500)
    #expect(try server.receivedWindow(id: 0, credit: 1) == .ignore)
    #expect(server.grant(slot: slot, wanted: 1000) == 525)
    #expect(server.grant(slot: slot, wanted: 1) == 0)
    #expect(try server.receivedWindow(id: 0, credit: 1) == .resumeAll)
    #expect(try server.receivedWindow(id: 0, credit: 511) == .resumeAll)
    #expect(try server.receivedWindow(id: 0, credit: 1) == .ignore)
    #expect(server.sendCredit == 513)
  }

  @Test("Credit is cut into crumbs for nobody: what is left of a message, or 512 bytes at least")
  func noCrumbs() throws {
    let hello = Hello.sample {
      $0.streamWindowBytes = 1024
      $0.connectionWindowBytes = 2000
    }
    var server = try ServerConnection.greeted(hello: hello)
    let (first, second) = (try server.start(1), try server.start(3))
    #expect(server.grant(slot: first, wanted: 600) == 600)
    // 424 are left of the stream's credit: too few for a part of a message, enough for a whole one.
    #expect(server.grant(slot: first, wanted: 425) == 0)
    #expect(server.grant(slot: first, wanted: 400) == 400)
    #expect(try server.receivedWindow(id: 1, credit: 488) == .resume(slot: first))
    #expect(server.grant(slot: first, wanted: 10_000) == 512)
    // The same of the connection's.
    #expect(server.sendCredit == 488)
    #expect(server.grant(slot: second, wanted: 489) == 0)
    #expect(try server.receivedWindow(id: 0, credit: 24) == .resumeAll)
    #expect(server.grant(slot: second, wanted: 10_000) == 512)
    #expect(server.sendCredit == 0)
  }

  @Test("A grant is the least of what is wanted, both credits and one frame")
  func grants() throws {
    let hello = Hello.sample {
      $0.streamWindowBytes = 100_000
      $0.connectionWindowBytes = 150_000
    }
    var server = try ServerConnection.greeted(
      limits: .sample { $0.chunkBytes = 65_536 },
      hello: hello
    )
    let first = try server.start(1)
    let second = try server.start(3)
    #expect(server.grant(slot: first, wanted: 10) == 10)
    #expect(server.grant(slot: first, wanted: 1 << 20) == 65_536)
    #expect(server.grant(slot: first, wanted: 1 << 20) == 100_000 - 65_546)
    #expect(server.grant(slot: first, wanted: 1 << 20) == 0)
    #expect(server.grant(slot: second, wanted: 1 << 20) == 50_000)
    #expect(server.grant(slot: second, wanted: 1 << 20) == 0)
    #expect(server.streamCredit(slot: second) == 50_000)
    #expect(server.sendCredit == 0)
  }
}
