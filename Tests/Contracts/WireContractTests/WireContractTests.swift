import RPC
import TestKit
import Testing
import Transport

extension WireContract.Case: CustomTestStringConvertible {
  public var testDescription: String { name }
}

/// The contract kit over every side of the transport seam.
@Suite("The wire's contract", .serialized, .runningSides)
struct WireContractTests {
  @Test(
    "a rule of the contract holds on every side",
    .timeLimit(.minutes(5)),
    arguments: Place.all,
    WireContract.cases
  )
  func holds(place: Place, rule: WireContract.Case) async throws {
    let side = try #require(RunningSides.current[place.side])
    if place.isOnLoop {
      try await withTaskExecutorPreference(side.clientLoop) {
        // More than a check: a closure that only awaits would not hop (Swift 6.3.1).
        #expect(side.clientLoop.isCurrent)
        try await rule.run(side.server)
      }
    } else {
      try await rule.run(side.server)
    }
  }
}
