import Foundation
import Testing

@Suite("The memory of the HTTPS port's requests", .serialized, .timeLimit(.minutes(3)))
struct MemoryTests {
  /// `{"instances":[ELEMENT,ELEMENT,…]}` of about so many bytes.
  static func body(_ element: String, byteCount: Int) -> Data {
    let count = byteCount / (element.utf8.count + 1)
    return Data(
      ("{\"instances\":[" + String(repeating: element + ",", count: count - 1) + element + "]}")
        .utf8
    )
  }

  @Test(
    "however many of the worst bodies come at once, what they become stays within its bound",
    arguments: [("silent-numbers", "[0]"), ("silent-doubles", "0")]
  )
  func worstBodies(endpoint: String, element: String) async throws {
    let budgetBytes = 5 << 20
    try await GatewayWorld.run(["--https-body-memory", "5MiB"]) { world in
      let key = try await world.key("all").secret
      let body = MemoryTests.body(element, byteCount: 256 << 10)
      let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<8 {
          group.addTask {
            try await world.curl(
              "/endpoints/\(endpoint)/invocations",
              key: key,
              type: "application/json",
              body: body,
              headers: ["x-martlet-timeout-ms: 10000"]
            ).status
          }
        }
        var statuses: [Int] = []
        var mostBytes = 0.0
        // Those that found no room are answered while the others still hold theirs.
        while let status = try await group.next() {
          statuses.append(status)
          mostBytes = max(mostBytes, try await world.metric("martlet_https_body_bytes"))
        }
        #expect(mostBytes > Double(budgetBytes) / 4)
        #expect(mostBytes <= Double(budgetBytes))
        return statuses
      }
      let served = statuses.count { $0 == 504 }
      #expect(served >= 1 && served + statuses.count { $0 == 503 } == 8, "\(statuses)")
      // The bodies alone have room: what they become is what turned some away.
      #expect(served < 8, "\(statuses)")
      #expect(try await eventually { try await world.metric("martlet_https_body_bytes") == 0 })
    }
  }
}
