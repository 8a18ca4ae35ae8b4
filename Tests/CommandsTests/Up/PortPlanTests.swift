import Primitives
import Testing

@testable import Commands

@Suite("The plan of ports")
struct PortPlanTests {
  private func filled(
    _ plan: PortPlan = PortPlan(),
    native: Int = 0,
    https: Int = 0,
    seed: UInt64 = 7,
    isFree: (Int) -> Bool = { _ in true }
  ) throws -> PortPlan {
    var plan = plan
    var generator = SeededGenerator(seed: seed)
    try plan.fill(wanted: [.native: native, .https: https], isFree: isFree, using: &generator)
    return plan
  }

  @Test("every use gets a port of its own, below those of outgoing connections")
  func allDifferent() throws {
    let plan = try filled()
    let ports = PortPlan.uses.map(plan.port)
    #expect(Set(ports).count == ports.count)
    #expect(ports.allSatisfy(PortPlan.range.contains))
    // Two of the gateway, two of each other service, and the gateway's private one.
    #expect(ports.count == 2 + 6 * 2 + 1)
  }

  @Test("a second start has the same ports, whatever chance says")
  func kept() throws {
    let first = try filled(seed: 1)
    #expect(try filled(first, seed: 2) == first)
  }

  @Test("only a port that somebody else took is drawn again")
  func redrawn() throws {
    let first = try filled()
    let lost = first.port(.calls("trainer-1"))
    let second = try filled(first, seed: 9, isFree: { $0 != lost })
    #expect(second.port(.calls("trainer-1")) != lost)
    for use in PortPlan.uses where use != .calls("trainer-1") {
      #expect(second.port(use) == first.port(use), "\(use.key)")
    }
  }

  @Test("a port that was asked for is taken, also from a service that had it")
  func wanted() throws {
    let first = try filled()
    let stolen = first.port(.health("trainer-1"))
    let second = try filled(first, native: stolen, https: 8443)
    #expect(second.port(.native) == stolen)
    #expect(second.port(.https) == 8443)
    #expect(second.port(.health("trainer-1")) != stolen)
  }

  @Test("a taken port is refused with its number and the option that changes it")
  func taken() throws {
    let error = #expect(throws: CommandError.self) {
      try filled(https: 8443, isFree: { $0 != 8443 })
    }
    #expect(error?.message.contains("8443") == true)
    #expect(error?.remedy?.contains("--https-port") == true)
    #expect(error?.exit == .unavailable)
    let same = #expect(throws: CommandError.self) { try filled(native: 9000, https: 9000) }
    #expect(same?.remedy?.contains("--https-port") == true)
  }

  @Test("a machine without a free port is told so, after a bounded number of tries")
  func noneFree() {
    #expect(throws: CommandError.self) { try filled(isFree: { _ in false }) }
  }
}
