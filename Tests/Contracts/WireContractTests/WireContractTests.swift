import RPC
import TestKit
import Testing

extension WireContract.Case: CustomTestStringConvertible {
  public var testDescription: String { name }
}

/// The contract kit over every side of the transport seam.
@Suite("The wire's contract", .serialized, .runningSides)
struct WireContractTests {
  @Test(
    "a rule of the contract holds on every side", .timeLimit(.minutes(1)),
    arguments: Place.all, WireContract.cases)
  func holds(place: Place, rule: WireContract.Case) async throws {
    let side = try #require(RunningSides.current[place.side])
    if place.isOnLoop {
      try await withTaskExecutorPreference(side.clientLoop) { try await rule.run(side.server) }
    } else {
      try await rule.run(side.server)
    }
  }
}
