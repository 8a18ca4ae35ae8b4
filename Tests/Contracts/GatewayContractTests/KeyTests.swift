import Foundation
import Primitives
import Protocols
import RPC
import RPCRuntime
import Testing

@Suite("Keys of a real gateway", .serialized, .timeLimit(.minutes(3)))
struct KeyTests {
  private let body = #"{"instances":[[1,2]]}"#

  /// The code with which a call fails; nil when it does not.
  private func failure(_ body: () async throws -> Void) async -> RPCError? {
    do {
      try await body()
      return nil
    } catch {
      return error as? RPCError ?? RPCError(.unknown, "\(error)")
    }
  }

  @Test("a key opens what it is for, until it is revoked, and no other text does")
  func opens() async throws {
    try await GatewayWorld.run { world in
      let key = try await world.key("mine")
      #expect(key.secret.hasPrefix("mk_") && key.secret.utf8.count == 79)
      #expect(try await world.invoke("matrix", body, key: key.secret).status == 200)
      let field = try await world.curl(
        "/endpoints/matrix/invocations",
        key: nil,
        type: "application/json",
        body: Data(body.utf8),
        headers: ["x-api-key: \(key.secret)"]
      )
      #expect(field.status == 200)
      #expect(world.balancer.predictions.seen.last?.principal?.keyID == key.id)
      let none = try await world.curl("/endpoints/matrix/invocations", key: nil)
      #expect(none.status == 401 && none.headers["www-authenticate"] == "Bearer")
      var other = key.secret
      other.replaceSubrange(
        other.index(before: other.endIndex)...,
        with: other.hasSuffix("a") ? "b" : "a"
      )
      for wrong in [other, "mk_", "nonsense", String(repeating: "x", count: 5000)] {
        let answer = try await world.invoke("matrix", body, key: wrong)
        #expect(answer.status == 401, "\(answer.text)")
      }
      let basic = try await world.curl(
        "/endpoints/matrix/invocations",
        key: nil,
        headers: ["authorization: Basic YTpi"]
      )
      #expect(basic.status == 401 && basic["error.message"].contains("Bearer mk_"))

      let keys = KeysClient(try world.channel("operator"))
      for _ in 0..<2 {
        let revoked = try await keys.revokeKey(RevokeKeyRequest(id: "mine"))
        #expect(revoked.key?.id == key.id && revoked.key?.revokedUnixUs != 0)
      }
      let refused = try await world.invoke("matrix", body, key: key.secret)
      #expect(refused.status == 401 && refused["error.message"].contains("revoked"))
    }
  }

  @Test("a key that expires opens nothing from then on")
  func expires() async throws {
    try await GatewayWorld.run { world in
      let end = WallClock.nowUnixMicroseconds + 700_000
      let key = try await world.key("short", expires: end).secret
      #expect(try await world.invoke("matrix", body, key: key).status == 200)
      #expect(try await eventually { WallClock.nowUnixMicroseconds > end })
      let refused = try await world.invoke("matrix", body, key: key)
      #expect(refused.status == 401 && refused["error.message"].contains("expired"))
    }
  }

  @Test("what a key lacks is named")
  func scopes() async throws {
    try await GatewayWorld.run { world in
      let narrow = try await world.key("narrow", endpoints: ["iris"]).secret
      let elsewhere = try await world.invoke("matrix", body, key: narrow)
      #expect(elsewhere.status == 403 && elsewhere["error.message"].contains("matrix"))
      let reader = try await world.key("reader", [.read]).secret
      let refused = try await world.invoke("matrix", body, key: reader)
      #expect(refused.status == 403 && refused["error.message"].contains("INVOKE"))
    }
  }

  @Test("over HTTPS an operator's certificate counts where it is asked for, and others do not")
  func certificates() async throws {
    func show(_ role: String, _ world: GatewayWorld) -> [String] {
      let file = world.folder.appending(path: role).path
      return ["--cert", "\(file).pem", "--key", "\(file).key"]
    }
    for (arguments, role, status) in [
      (["--https-client-certificates"], "operator", 200),
      (["--https-client-certificates"], "trainer", 401), ([], "operator", 401),
    ] {
      try await GatewayWorld.run(arguments) { world in
        let answer = try await world.curl(
          "/endpoints/matrix/invocations",
          key: nil,
          type: "application/json",
          body: Data(body.utf8),
          options: show(role, world)
        )
        #expect(answer.status == status, "\(role): \(answer)")
      }
    }
  }

  @Test("names are unique while in use, lists page, and a bad wish names its field")
  func administration() async throws {
    try await GatewayWorld.run { world in
      let keys = KeysClient(try world.channel("operator"))
      for index in 0..<3 { _ = try await world.key("key-\(index)", [.invoke, .manage]) }
      let taken = await failure { _ = try await world.key("key-1") }
      #expect(taken?.code == .alreadyExists)
      var names: [String] = []
      var token = ""
      repeat {
        let page = try await keys.listKeys(ListKeysRequest(pageSize: 2, pageToken: token))
        #expect(page.keys.count <= 2)
        names += page.keys.map(\.name)
        token = page.nextPageToken
      } while !token.isEmpty
      #expect(names == ["key-0", "key-1", "key-2"])
      _ = try await keys.revokeKey(RevokeKeyRequest(id: "key-1"))
      _ = try await world.key("key-1")
      #expect(
        await failure { _ = try await keys.revokeKey(RevokeKeyRequest(id: "nobody")) }?.code
          == .notFound
      )
      for (name, endpoints, expires, field) in [
        ("a b", [], 0, "name"), ("ok", ["a/b"], 0, "endpoints[0]"),
        ("ok", [], 1, "expires_unix_us"),
      ] as [(String, [String], Int64, String)] {
        let error = await failure {
          _ = try await world.key(name, endpoints: endpoints, expires: expires)
        }
        #expect(error?.code == .invalidArgument && error?.message.hasPrefix(field) == true)
      }
      for role in [nil, "trainer"] {
        let stranger = KeysClient(try world.channel(role))
        let error = await failure { _ = try await stranger.listKeys(ListKeysRequest()) }
        #expect(error?.code == .permissionDenied)
      }
    }
  }

  @Test("keys and revocations survive kill -9")
  func durable() async throws {
    try await GatewayWorld.run { world in
      let kept = try await world.key("kept").secret
      let gone = try await world.key("gone").secret
      _ = try await KeysClient(try world.channel("operator")).revokeKey(
        RevokeKeyRequest(id: "gone")
      )
      try await world.crash()
      #expect(try await world.invoke("matrix", body, key: kept).status == 200)
      #expect(try await world.invoke("matrix", body, key: gone).status == 401)
    }
  }

  @Test("the log has one line a request with its stages, and never a secret")
  func accessLog() async throws {
    try await GatewayWorld.run(["--log-level", "trace"]) { world in
      let key = try await world.key("mine")
      _ = try await world.invoke("matrix", body, key: key.secret)
      _ = try await world.curl("/endpoints/matrix/invocations?key=\(key.secret)", key: key.secret)
      _ = try await world.curl("/nothing?\(key.secret)", key: key.secret)
      func lines() -> [Substring] {
        world.gateway.logText.split(separator: "\n").filter { $0.contains("gateway.access") }
      }
      let hasAll = try await eventually { lines().count >= 3 }
      #expect(hasAll)
      let first = try #require(lines().first { $0.contains(#""status":200"#) })
      for part in [
        #""method":"POST""#, #""endpoint":"matrix""#, #""why":"ok""#, "\"key\":\"\(key.id)\"",
        #""bytes_in":21"#, "parse_ms", "backend_ms", "total_ms", "trace_id",
      ] { #expect(first.contains(part), "\(part) is not in \(first)") }
      let random = String(key.secret.suffix(43))
      #expect(!world.gateway.logText.contains(random))
    }
  }
}
