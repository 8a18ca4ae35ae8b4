import Glibc
import InProcessTransport
import Primitives
import RPC
import RPCRuntime
import SecureTransport
import TestKit
import Testing
import Transport

/// Where the contract is looked at: what lies between client and server, and whether the calling
/// task runs on a loop of the client or elsewhere.
struct Place: Sendable, CustomTestStringConvertible {
  enum Side: String, CaseIterable {
    case inProcess = "in process"
    case socketPair = "over a socket pair"
    case process = "a real process over TLS"
    case forwarded = "through a forwarder"
  }

  let side: Side
  let isOnLoop: Bool

  static let all = Side.allCases.flatMap { side in
    [false, true].map { Place(side: side, isOnLoop: $0) }
  }

  var testDescription: String { side.rawValue + (isOnLoop ? ", from its loop" : "") }
}

/// A side that stands: its server, and a loop of its clients.
struct RunningSide: Sendable {
  let server: ContractServer
  let clientLoop: any TransportLoop
}

/// Starts all sides before the first test of a suite and ends them after the last.
struct RunningSides: SuiteTrait, TestScoping {
  @TaskLocal static var current: [Place.Side: RunningSide] = [:]

  func provideScope(
    for test: Test,
    testCase: Test.Case?,
    performing function: @concurrent @Sendable () async throws -> Void
  ) async throws {
    let memory = try await MemorySides()
    let pairs = try SocketPairSide()
    let process = try await ProcessSide()
    let sides: [Place.Side: RunningSide] = [
      .inProcess: memory.direct, .forwarded: memory.forwarded, .socketPair: pairs.side,
      .process: process.side,
    ]
    let outcome = await RunningSides.$current.withValue(sides) {
      do {
        try await function()
        return Result<Void, any Error>.success(())
      } catch {
        return .failure(error)
      }
    }
    try await process.end()
    await pairs.end()
    await memory.end()
    try outcome.get()
  }
}

extension Trait where Self == RunningSides {
  static var runningSides: Self { Self() }
}

/// Many more rounds of the same, as `Tests/run --soak` asks for.
var isSoak: Bool { getenv("MARTLET_SOAK").map { String(cString: $0) } == "1" }

func identity(_ role: String) -> PeerIdentity {
  .service(suite: "contract", role: role, instance: "1")
}
