import Primitives
import RPC
import Testing

@testable import Commands

@Suite("Repeating what a restarting service could not answer")
struct PatienceTests {
  private let time = SteppedTime()

  private func patience(
    firstContact: Duration = .seconds(2),
    limit: Duration = .seconds(25)
  ) -> Patience {
    Patience(firstContact: firstContact, limit: limit, time: time.keeper)
  }

  /// How long it was tried until the error came through.
  private func given(
    _ patience: Patience,
    _ body: () throws -> Void
  ) async -> (error: RPCError?, took: Duration) {
    let start = time.now
    let error = await #expect(throws: RPCError.self) { try await patience.repeating { try body() } }
    return (error, time.now - start)
  }

  @Test("a service that comes back within the limit is waited for, each time a little longer")
  func comesBack() async throws {
    let patience = patience()
    patience.reached()
    var left = 7
    var said = 0
    let value = try await patience.repeating(waiting: { _ in said += 1 }) {
      left -= 1
      if left >= 0 { throw RPCError(left % 2 == 0 ? .unavailable : .aborted, "away") }
      return 42
    }
    #expect(value == 42 && said == 7)
    let pauses = time.pauses
    #expect(pauses.count == 7)
    #expect(pauses[6] > pauses[0] * 4)
    #expect(pauses.allSatisfy { $0 <= RetryWaits.longestWait })
  }

  @Test("a service that never answered is given up soon, with its own words")
  func neverThere() async {
    let patience = patience()
    let (error, took) = await given(patience) { throw RPCError(.unavailable, "refused") }
    #expect(error?.message == "refused")
    #expect(!time.pauses.isEmpty && took < .seconds(2))
    #expect(!patience.hasContact)
  }

  @Test("one that answered before is waited for up to the limit, and no longer")
  func wentAway() async {
    let patience = patience()
    patience.reached()
    let (_, took) = await given(patience) { throw RPCError(.unavailable, "refused") }
    #expect(took > .seconds(20) && took < .seconds(25))
  }

  @Test("a transfer that breaks after minutes is waited for as one that breaks at once")
  func longTransfer() async {
    let patience = patience()
    let (_, took) = await given(patience) {
      guard time.pauses.isEmpty else { throw RPCError(.unavailable, "refused") }
      for _ in 0..<10 {
        time.pass(.seconds(60))
        patience.reached()
      }
      throw RPCError(.unavailable, "the connection broke")
    }
    #expect(took > .seconds(600 + 20) && took < .seconds(600 + 25))
  }

  @Test("a sign of life makes waits short again")
  func shortAgain() async {
    let patience = patience()
    patience.reached()
    var count = 0
    _ = await given(patience) {
      count += 1
      if count == 6 {
        // After the last wait, so later than it.
        time.pass(.milliseconds(1))
        patience.reached()
      }
      throw RPCError(.unavailable, "away")
    }
    #expect(time.pauses[5] < .milliseconds(200) && time.pauses[4] > .milliseconds(400))
  }

  @Test("what a service asks to wait is waited, up to 2 s")
  func retryAfter() async {
    let patience = patience()
    patience.reached()
    _ = await given(patience) {
      let asked: Duration = time.pauses.isEmpty ? .milliseconds(1500) : .seconds(3600)
      throw RPCError(.unavailable, "busy", retryAfter: asked)
    }
    #expect(time.pauses.prefix(2) == [.milliseconds(1500), .seconds(2)])
  }

  @Test(
    "what does not pass is not repeated",
    arguments: [StatusCode.notFound, .invalidArgument, .internal, .permissionDenied, .dataLoss]
  )
  func notRepeated(code: StatusCode) async {
    let (error, _) = await given(patience()) { throw RPCError(code, "no") }
    #expect(error?.code == code && time.pauses.isEmpty)
  }

  @Test("a success is contact, so the next absence is waited for")
  func contact() async throws {
    let patience = patience()
    _ = try await patience.repeating { 1 }
    #expect(patience.hasContact)
  }
}
