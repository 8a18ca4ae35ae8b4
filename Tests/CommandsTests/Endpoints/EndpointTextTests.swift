import Protocols
import Testing

@testable import Commands

@Suite("Endpoints in words")
struct EndpointTextTests {
  private static let endpoint = Endpoint(
    name: "mpg",
    kind: .managed,
    status: .creating,
    variants: [Variant(model: "cars-mpg", modelVersion: 2, replicaCount: 2)],
    targets: [
      EndpointTarget(
        host: "inference-1",
        replica: ReplicaReport(state: .failed, failure: "no engine is installed")
      ),
      EndpointTarget(host: "inference-2", replica: ReplicaReport(state: .ready), isReady: true),
    ],
    reason: "waits for 1 replica"
  )

  @Test("the words of the hosts stand behind the balancer's")
  func failure() {
    #expect(
      EndpointText.failure(Self.endpoint)
        == "waits for 1 replica; inference-1: no engine is installed"
    )
  }

  @Test("what the balancer repeats of a host is said once")
  func once() {
    var endpoint = Self.endpoint
    endpoint.reason = "inference-1: no engine is installed"
    #expect(EndpointText.failure(endpoint) == "inference-1: no engine is installed")
  }

  @Test("ready replicas are counted against the wanted ones")
  func ready() {
    #expect(EndpointText.ready(Self.endpoint) == "1 of 2")
    #expect(EndpointText.model(Self.endpoint) == "cars-mpg:2")
    #expect(
      EndpointText.progress(Self.endpoint)
        == "inference-1 failed, inference-2 ready; waits for 1 replica"
    )
  }

  @Test("the end of a wait says what the endpoint waits for, to people and to scripts")
  func late() {
    let error = EndpointText.late(Self.endpoint)
    for part in ["mpg", "1 of 2", "waits for 1 replica", "no engine is installed"] {
      #expect(error.message.contains(part), "\(error.message)")
    }
    #expect(error.exit == .tryAgain)
    #expect(EndpointText.failed(Self.endpoint).code == "ENDPOINT_FAILED")
  }

  @Test("JSON holds what the tables show")
  func json() throws {
    let json = try Console.json(EndpointDetail(Self.endpoint), isPretty: false)
    for part in [
      "\"kind\":\"managed\"", "\"status\":\"Creating\"", "\"model_version\":2",
      "\"failure\":\"no engine is installed\"", "\"is_ready\":true",
    ] {
      #expect(json.contains(part), "\(part) in \(json)")
    }
  }
}
