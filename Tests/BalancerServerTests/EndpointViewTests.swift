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
    reports: [String: ReplicaProgress] = [:]
  ) -> EndpointView {
    for host in board.update(statuses, now: at(0)) { plan.restarted(host) }
    let outcome = plan.plan(
      [Demand(endpoint.replicaKey, replicaCount: endpoint.record.spec.replicaCount)],
      on: board.presence(planned: [], isSettled: true, grace: .seconds(30), now: at(0)),
      now: at(0)
    )
    for (host, said) in reports {
      _ = plan.reported(by: host, revision: plan.revision, [key(): said], now: at(0))
      let report =
        switch said {
        case .loading: report("id-1", .loading)
        case .ready: report("id-1", .ready)
        case .failed(let words): report("id-1", .failed, failure: words)
        }
      _ = board.answered(host, generation: 1, [report], orderAt: at(1), now: at(0))
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

  @Test("Ready is who announces this very endpoint in its version, and can be reached")
  mutating func ready() {
    let endpoint = entry(record("x", replicas: 3))
    let seen = view(
      endpoint,
      [
        status("a", .replica()), status("b", .replica(version: 2)),
        status("c", isConnected: false, .replica()),
        status("d", pool: "self-hosted", .copy()),
        status("e", .replica("id-0")),
      ]
    )
    #expect(seen.sighting.readyCount == 1 && seen.sighting.placedCount == 3)
    #expect(seen.targets.filter(\.isReady).map(\.host) == ["a"])
  }

  @Test("What is missing is said host by host")
  mutating func lack() {
    let endpoint = entry(record("x", replicas: 3))
    let hosts = [status("a"), status("b", isConnected: false), status("c")]
    let seen = view(endpoint, hosts, reports: ["a": .loading])
    #expect(seen.sighting.lack == "a loads it; c has not answered yet")
    #expect(seen.sighting.shortfall == "waits for hosts that are away")
    #expect(!seen.mayBeUnannounced, "c may have started anew, and then has nothing")
  }

  @Test("A failure is told with its host, and is hopeless when all hosts failed twice")
  mutating func failure() {
    let endpoint = entry(record("x"))
    let seen = view(endpoint, [status("a")], reports: ["a": .failed("no memory")])
    #expect(seen.sighting.lack.contains("it could not be loaded on a: no memory"))
    #expect(!seen.sighting.isHopeless && !seen.mayBeUnannounced)
  }

  @Test("Ready by its host's word, and not announced yet: any host of the pool may take a call")
  mutating func unannounced() {
    let endpoint = entry(record("x"))
    let seen = view(endpoint, [status("a")], reports: ["a": .ready])
    #expect(seen.sighting.readyCount == 0 && seen.mayBeUnannounced)
    #expect(seen.sighting.lack == "a announces it next")
  }

  @Test("Without a host the way out is said")
  mutating func nobody() {
    #expect(view(entry(record("x")), []).sighting.shortfall.contains("start one"))
    let own = entry(record("x", kind: .selfHosted))
    #expect(view(own, []).sighting.lack == "no self-hosted host is there; start one")
  }

  @Test("A self-hosted endpoint is served by copies of its version, and says what others are")
  mutating func selfHosted() {
    let own = entry(record("x", kind: .selfHosted))
    let seen = view(
      own,
      [
        status("a", pool: "self-hosted", .copy(version: 2)),
        status("b", pool: "self-hosted", .copy()),
        status("c", pool: "self-hosted", .copy(account: "acme")),
        status("d", pool: "self-hosted", .copy(version: 0), .copy(of: "y")),
        status("e", .replica()),
      ]
    )
    #expect(seen.sighting.readyCount == 1 && seen.sighting.placedCount == 1)
    #expect(
      seen.sighting.lack == """
        a has version 2 of iris, variant main, and not version 3 of iris, variant main; d has a \
        copy of iris that does not say its version (in replica.binpb), and not version 3 of iris, \
        variant main
        """
    )
    #expect(seen.targets.map(\.host) == ["a", "b", "d"])
    #expect(seen.targets.filter(\.isReady).map(\.host) == ["b"])
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
