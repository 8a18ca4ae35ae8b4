import Primitives
import RPC
import Testing

@testable import Commands

@Suite("Repeating what a restarting service could not answer")
struct PatienceTests {
  @Test("a service that comes back within the limit is waited for", arguments: [3, 5])
  func comesBack(failures: Int) async throws {
    // Far beyond what a busy machine makes of the pauses.
    let patience = Patience(firstContact: .milliseconds(1), limit: .seconds(3600))
    patience.reached()
    var left = failures
    var waits = 0
    let value = try await patience.repeating(waiting: { _ in waits += 1 }) {
      left -= 1
      if left >= 0 { throw RPCError(left % 2 == 0 ? .unavailable : .aborted, "away") }
      return 42
    }
    #expect(value == 42 && waits == failures)
  }

  @Test("a service that never answered is given up soon, with its own words")
  func neverThere() async {
    let patience = Patience(firstContact: .milliseconds(150), limit: .seconds(60))
    let start = Instant.now
    let error = await #expect(throws: RPCError.self) {
      try await patience.repeating { throw RPCError(.unavailable, "connection refused") }
    }
    #expect(error?.message == "connection refused")
    // The limit of a service that was there is far away.
    #expect(Instant.now - start < .seconds(30))
    #expect(!patience.hasContact)
  }

  @Test(
    "what does not pass is not repeated",
    arguments: [StatusCode.notFound, .invalidArgument, .internal, .permissionDenied, .dataLoss]
  )
  func notRepeated(code: StatusCode) async {
    var count = 0
    let error = await #expect(throws: RPCError.self) {
      try await Patience().repeating {
        count += 1
        throw RPCError(code, "no")
      }
    }
    #expect(error?.code == code && count == 1)
  }

  @Test("a success is contact, so the next absence is waited for")
  func contact() async throws {
    let patience = Patience()
    _ = try await patience.repeating { 1 }
    #expect(patience.hasContact)
  }
}
