import Primitives
import RPC
import RPCRuntime
import TestProtocols
import WireCodec

/// What a handler learns of a call, and who may make it.
enum CallCases {
  static let all: [WireContract.Case] = [
    .init("a handler sees the call", seesTheCall),
    .init("a call without a deadline of its own gets the method's") { server in
      guard let channel = try server.channel(as: .gateway) else { return }
      // A wrapped channel sets a deadline, so this asks for the longest that there is.
      let options = CallOptions(timeout: .seconds(3600))
      let response = try await EchoClient(channel).limited(
        EchoRequest(describeCall: true),
        options: options
      )
      let left = response.call?.timeoutUs ?? 0
      try expect(left > 0 && left <= 50_000_000, "\(left) µs, more than the method grants")
    },
    .init("a stranger's principal is refused", principalOfStranger),
    .init("a gateway's principal is believed", principalOfGateway),
    .init("a method is open to the roles that it names", allowedPeers),
    .init("a target of more than 256 bytes is refused on this side") { server in
      let client = try server.echo()
      let target = String(repeating: "a", count: 257)
      try await expectError(.invalidArgument, "a long target") {
        _ = try await client.unary(EchoRequest(), options: CallOptions(target: target))
      }
    },
    .init("metadata beyond the limits is refused on this side") { server in
      let client = try server.echo()
      var options = CallOptions()
      for index in 0..<65 { options.metadata.append("key-\(index)", "") }
      try await expectError(.invalidArgument, "65 pairs") {
        _ = try await client.unary(EchoRequest(), options: options)
      }
    },
    .init("metadata up to the limits passes", fullMetadata),
  ]

  private static func seesTheCall(_ server: ContractServer) async throws {
    let options = CallOptions(timeout: .seconds(50))
    let response = try await server.echo().unary(EchoRequest(describeCall: true), options: options)
    guard let call = response.call else { throw ContractFailure("the call is not described") }
    try expectEqual(call.method, "/martlet.testing.v1.Echo/Unary", "the method")
    if let role = server.strangersRole { try expectEqual(call.peerRole, role, "the role") }
    try expectEqual(call.attempt, 0, "the attempt")
    try expect(call.timeoutUs > 0 && call.timeoutUs <= 50_000_000, "\(call.timeoutUs) µs are left")
    try expect(TraceContext(call.trace) != nil, "\(call.trace) is no traceparent")
  }

  private static func principalOfStranger(_ server: ContractServer) async throws {
    guard server.refusesStrangersPrincipal else { return }
    let client = try server.echo()
    var options = CallOptions()
    options.principal = Principal(account: "acme", keyID: "k1")
    let error = try await expectError(.permissionDenied, "a stranger's principal") {
      _ = try await client.unary(EchoRequest(), options: options)
    }
    try expect(error.isNotStarted, "no handler saw the call, but it is not said")
    _ = try await client.unary(EchoRequest())
  }

  private static func principalOfGateway(_ server: ContractServer) async throws {
    guard let channel = try server.channel(as: .gateway) else { return }
    var options = CallOptions()
    options.principal = Principal(account: "acme", keyID: "k1")
    let response = try await EchoClient(channel).unary(
      EchoRequest(describeCall: true),
      options: options
    )
    try expectEqual(response.call?.account, "acme", "the account")
    try expectEqual(response.call?.keyID, "k1", "the key")
  }

  private static func allowedPeers(_ server: ContractServer) async throws {
    let stranger = try server.echo()
    let error = try await expectError(.permissionDenied, "a stranger's call") {
      _ = try await stranger.limited(EchoRequest(text: "let me in"))
    }
    try expect(error.isNotStarted, "no handler saw the call, but it is not said")
    guard let channel = try server.channel(as: .gateway) else { return }
    let response = try await EchoClient(channel).limited(EchoRequest(text: "let me in"))
    try expectEqual(response.text, "let me in", "the answer")
  }

  private static func fullMetadata(_ server: ContractServer) async throws {
    var options = CallOptions()
    for index in 0..<64 { options.metadata.append("k\(index)", .pattern(100)) }
    let request = EchoRequest(echoMetadata: true)
    let answer = try await server.strangersChannel().unary(EchoMethods.unary, options: options) {
      arena,
      send in request.withPacked(arena) { send($0) }
    }
    try expectEqual(answer.head, options.metadata, "early metadata")
    try expectEqual(answer.trailers, options.metadata, "metadata of the outcome")
  }
}
