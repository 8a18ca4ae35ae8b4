import BalancerCore
import Discovery
import DiscoveryCore
import Primitives
import Protocols
import Testing

@testable import BalancerServer

@Suite("What is seen of an endpoint")
struct EndpointViewTests {
  private var board = HostBoard()
  private var plan = PlacementPlan()

  private mutating func view(
    _ endpoint: EndpointEntry,
    _ statuses: [InstanceStatus],
    reports: [String: [String: ReplicaProgress]] = [:]
  ) -> EndpointView {
    for host in board.update(statuses, now: at(0)) { plan.restarted(host) }
    let outcome = plan.plan(
      [Demand(endpoint.replicaKey, replicaCount: endpoint.record.spec.replicaCount)],
      on: board.presence(planned: [], isSettled: true, grace: .seconds(30), now: at(0)),
      now: at(0)
    )
    for (host, said) in reports {
      let progress = Dictionary(uniqueKeysWithValues: said.map { (key($0.key), $0.value) })
      _ = plan.reported(by: host, revision: plan.revision, progress, now: at(0))
      let list = said.map { name, progress in
        switch progress {
        case .loading: report(name, .loading)
        case .ready: report(name, .ready)
        case .failed(let words): report(name, .failed, failure: words)
        }
      }
      _ = board.answered(host, generation: 1, list, orderAt: at(1), now: at(0))
    }
    return EndpointView.of(
      endpoint,
      Announcements(statuses),
      board,
      plan,
      present: Set(board.hosts.keys),
      shortfall: outcome.shortfalls[endpoint.replicaKey]
    )
  }

  @Test("Ready is who announces the version that is meant, and can be reached")
  mutating func ready() {
    let endpoint = entry(record("x", replicas: 3))
    let seen = view(
      endpoint,
      [
        status("a", serving: ["x"]), status("b", serving: ["x"], version: 2),
        status("c", isConnected: false, serving: ["x"]),
        status("d", pool: "self-hosted", serving: ["x"]),
      ]
    )
    #expect(seen.sighting.readyCount == 1)
    #expect(seen.targets.filter(\.isReady).map(\.host) == ["a"])
    #expect(seen.sighting.holders == ["a", "b"], "c cannot be reached, and is not waited for")
  }

  @Test("What is missing is said host by host")
  mutating func lack() {
    let endpoint = entry(record("x", replicas: 3))
    let hosts = [status("a"), status("b", isConnected: false), status("c")]
    let seen = view(endpoint, hosts, reports: ["a": ["x": .loading]])
    #expect(
      seen.sighting.lack == "a loads it; c has not answered yet; waits for hosts that are away"
    )
    #expect(!seen.mayBeUnannounced, "c may have started anew, and then has nothing")
  }

  @Test("A failure is told with its host, and is hopeless when all hosts failed twice")
  mutating func failure() {
    let endpoint = entry(record("x"))
    let seen = view(endpoint, [status("a")], reports: ["a": ["x": .failed("no memory")]])
    #expect(seen.sighting.lack.contains("it could not be loaded on a: no memory"))
    #expect(!seen.sighting.isHopeless && !seen.mayBeUnannounced)
  }

  @Test("Ready by its host's word, and not announced yet: any host of the pool may take a call")
  mutating func unannounced() {
    let endpoint = entry(record("x"))
    let seen = view(endpoint, [status("a")], reports: ["a": ["x": .ready]])
    #expect(seen.sighting.readyCount == 0 && seen.mayBeUnannounced)
    #expect(seen.sighting.lack == "a announces it next")
  }

  @Test("Without a host the way out is said")
  mutating func nobody() {
    #expect(view(entry(record("x")), []).sighting.lack.contains("start one"))
    let own = entry(record("x", kind: .selfHosted))
    #expect(view(own, []).sighting.lack == "no self-hosted host is there; start one")
  }

  @Test("A self-hosted endpoint serves what its hosts bring, and says when that is another version")
  mutating func selfHosted() {
    let own = entry(record("x", kind: .selfHosted))
    let seen = view(
      own,
      [
        status("a", pool: "self-hosted", serving: ["x"], version: 2),
        status("b", pool: "managed", serving: ["x"]),
      ]
    )
    #expect(seen.sighting.readyCount == 1 && seen.sighting.holders.isEmpty)
    #expect(
      seen.sighting.lack == "a serves version 2 of iris, and not version 3 of iris"
    )
    #expect(seen.targets.map(\.host) == ["a"])
  }

  @Test(
    "Targets are read whole or not at all",
    arguments: [
      ("endpoints/a", CallTarget.endpoint(name: "a", variant: nil)),
      ("endpoints/a/b", .endpoint(name: "a", variant: "b")),
      ("services/balancer", .service("balancer")),
      ("endpoints", nil), ("endpoints/", nil), ("endpoints//b", nil), ("/endpoints/a", nil),
      ("endpoints/a/b/c", nil), ("services/a/b", nil), ("other/a", nil), ("", nil),
    ] as [(String, CallTarget?)]
  )
  func targets(_ text: String, _ expected: CallTarget?) {
    #expect(CallTarget(text) == expected)
  }
}
