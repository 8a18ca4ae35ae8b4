import Primitives
import Testing

@testable import RPC

@Suite struct ServerConnectionAbuseTests {
  /// Begins and cancels `count` calls; answers how many cancels were taken before the connection
  /// ended, and how many begins were refused.
  private func resets(
    _ server: inout ServerConnection,
    count: Int,
    firstID: UInt32 = 1,
    now: Instant = .start
  ) throws -> (taken: Int, refused: Int) {
    var taken = 0
    var refused = 0
    for index in 0..<count {
      let id = firstID + UInt32(index * 2)
      let begin = try server.receivedBegin(id: id, dataCount: 0, now: now)
      if begin.refusal != nil { refused += 1 }
      let thrown = violation { () throws(WireViolation) in
        if let slot = try server.receivedCancel(id: id, now: now) { server.finished(slot: slot) }
      }
      if let thrown {
        #expect(thrown == .abuse)
        break
      }
      taken += 1
    }
    return (taken, refused)
  }

  @Test("On a public connection the 201st cancel in 30 s ends it")
  func publicResets() throws {
    var server = try ServerConnection.greeted(isPublic: true)
    let outcome = try resets(&server, count: 300)
    #expect(outcome == (taken: 200, refused: 0))
  }

  @Test("Between services too many cancels only refuse new streams for a while")
  func innerResets() throws {
    var server = try ServerConnection.greeted(isPublic: false)
    let open = try server.start(1)
    let outcome = try resets(&server, count: 300, firstID: 3)
    #expect(outcome == (taken: 300, refused: 99))
    #expect(server.phase(of: open) == .open)
    #expect(
      try server.receivedBegin(id: 1001, dataCount: 0, now: .seconds(29.9)).refusal
        == .resourceExhausted
    )
    #expect(try server.receivedBegin(id: 1003, dataCount: 0, now: .seconds(30)).refusal == nil)
  }

  @Test("Cancels that are not more than half of the calls begun are no abuse")
  func honestCancels() throws {
    var server = try ServerConnection.greeted(isPublic: true)
    for index in 0..<1000 {
      let id = UInt32(index * 2 + 1)
      let slot = try server.start(id)
      if index % 2 == 1 {
        #expect(try server.receivedCancel(id: id, now: .start) == slot)
      }
      server.finished(slot: slot)
    }
    // One more than half.
    #expect(
      violation { () throws(WireViolation) in try server.receivedCancel(id: 1, now: .start) }
        == .abuse
    )
  }

  @Test("After 30 s the count starts again")
  func slowCancels() throws {
    var server = try ServerConnection.greeted(isPublic: true)
    for round in 0..<5 {
      let outcome = try resets(
        &server,
        count: 200,
        firstID: UInt32(round * 1000 + 1),
        now: .seconds(Double(round) * 30)
      )
      #expect(outcome == (taken: 200, refused: 0))
    }
    #expect(
      try resets(&server, count: 2, firstID: 9001, now: .seconds(149.9)) == (taken: 0, refused: 0)
    )
  }

  @Test("Resets that the peer provoked count like cancels")
  func provokedResets() throws {
    var server = try ServerConnection.greeted(isPublic: true)
    for _ in 0..<200 { try server.countReset(now: .start) }
    #expect(
      violation { () throws(WireViolation) in try server.countReset(now: .start) } == .abuse
    )
  }

  @Test("The third ping that comes too soon ends the connection; one every five seconds never does")
  func pings() throws {
    var server = try ServerConnection.greeted()
    for index in 0..<100 {
      let ping = Ping(opaque: UInt64(index))
      #expect(
        try server.receivedPing(ping, now: .seconds(Double(index) * 5))
          == .answer(Ping(opaque: UInt64(index), isAck: true))
      )
    }
    for index in 1...2 {
      #expect(
        try server.receivedPing(Ping(), now: .seconds(495 + Double(index)))
          == .answer(Ping(isAck: true))
      )
    }
    #expect(
      violation { () throws(WireViolation) in try server.receivedPing(Ping(), now: .seconds(498)) }
        == .abuse
    )
  }

  @Test("Answers to pings are never answered nor counted")
  func acks() throws {
    var server = try ServerConnection.greeted()
    for _ in 0..<100 {
      #expect(try server.receivedPing(Ping(opaque: 1, isAck: true), now: .start) == .ignore)
    }
  }

  @Test("A hundred parts without bytes in a row are borne, one more ends the connection")
  func emptyParts() throws {
    var server = try ServerConnection.greeted()
    _ = try server.start(1)
    for _ in 0..<3 {
      for _ in 0..<100 { _ = try server.data(1, 0, more: true) }
      _ = try server.data(1, 1, more: true)
    }
    for _ in 0..<100 { _ = try server.data(1, 0, more: true) }
    #expect(
      violation { () throws(WireViolation) in try server.data(1, 0, more: true) } == .abuse
    )
  }
}
