import Primitives
import Testing

@testable import Commands

@Suite("The services of a machine")
struct ServiceSuiteTests {
  private let layout = StateLayout("/state")

  private func suite(engine: String? = "/engine") throws -> ServiceSuite {
    var ports = PortPlan()
    var generator = SeededGenerator(seed: 3)
    try ports.fill(
      wanted: [.native: 7443, .https: 8443],
      isFree: { _ in true },
      using: &generator
    )
    return ServiceSuite(layout, ports, engine: engine)
  }

  private func value(_ flag: String, _ arguments: [String]) -> String? {
    arguments.firstIndex(of: flag).map { arguments[$0 + 1] }
  }

  @Test("the registry starts first, and everybody is told where it is")
  func registry() throws {
    let suite = try suite()
    #expect(suite.plans.first?.role == "balancer")
    for plan in suite.plans {
      let arguments = plan.arguments(layout, registry: suite.registry)
      #expect(value("--discovery-instances", arguments) == "balancer=\(suite.plans[0].address)")
      #expect(arguments.contains("--lifeline-stdin"), "no orphans: \(plan.name)")
    }
  }

  @Test("two hosts are managed, and one brings its own models")
  func hosts() throws {
    let hosts = try suite().plans.filter { $0.role == "inference" }
    let pools = hosts.map { value("--pool", $0.ownArguments) }
    #expect(pools == ["managed", "managed", "self-hosted"])
    #expect(value("--models-folder", hosts[2].ownArguments) == "/state/inference-3/models")
    #expect(hosts.allSatisfy { value("--engine-openvino-folder", $0.ownArguments) == "/engine" })
    let without = try suite(engine: nil).plans.flatMap(\.ownArguments)
    #expect(!without.contains("--engine-openvino-folder"))
  }

  @Test("the gateway has the ports that people know")
  func gateway() throws {
    let suite = try suite()
    #expect(suite.plan("gateway-1")?.address == "127.0.0.1:7443")
    #expect(suite.httpsAddress == "127.0.0.1:8443")
  }

  @Test("every service has a wave in which it stops, the gateway's first and the registry's last")
  func stopOrder() throws {
    let waves = ServiceSuite.stopOrder
    #expect(Set(waves.flatMap { $0 }) == Set(try suite().plans.map(\.role)))
    #expect(waves.first == ["gateway"])
    #expect(waves.last == ["balancer"])
  }

  @Test("no argument holds a secret: only paths of key files")
  func noSecrets() throws {
    let suite = try suite()
    for plan in suite.plans {
      let arguments = plan.arguments(layout, registry: suite.registry)
      #expect(value("--tls-key", arguments) == "/state/pki/\(plan.name).key")
    }
  }
}
