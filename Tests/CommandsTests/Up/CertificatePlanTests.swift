import Testing

@testable import Commands

@Suite("The plan of certificates")
struct CertificatePlanTests {
  private static let day = CertificatePlan.dayMicroseconds
  private static let now: Int64 = 1_800_000_000_000_000
  private static let instances = ["balancer-1", "gateway-1", "cli"]

  private func plan(
    _ ledger: CertificatePlan.Ledger?,
    hasAuthority: Bool = true,
    missing: Set<String> = [],
    now: Int64 = Self.now
  ) -> CertificatePlan {
    CertificatePlan(
      instances: Self.instances,
      ledger: ledger,
      hasAuthority: hasAuthority,
      missing: missing,
      now: now
    )
  }

  private var fresh: CertificatePlan.Ledger {
    plan(nil, hasAuthority: false).updated(nil, now: Self.now)
  }

  @Test("the first start makes the authority and everything")
  func first() {
    let plan = plan(nil, hasAuthority: false)
    #expect(plan.makesAuthority)
    #expect(plan.leaves == Self.instances)
    #expect(fresh.authorityEndsUnixUs == Self.now + 3650 * Self.day)
    #expect(fresh.leavesEndUnixUs.values.allSatisfy { $0 == Self.now + 825 * Self.day })
  }

  @Test("a second start makes nothing")
  func second() {
    let plan = plan(fresh, now: Self.now + Self.day)
    #expect(!plan.makesAuthority)
    #expect(plan.leaves.isEmpty)
    #expect(plan.updated(fresh, now: Self.now + Self.day) == fresh)
  }

  @Test("certificates are renewed when fewer than 30 days are left, and not before")
  func renewal() {
    let end = Self.now + 825 * Self.day
    #expect(plan(fresh, now: end - 30 * Self.day).leaves.isEmpty)
    let late = plan(fresh, now: end - 30 * Self.day + 1)
    #expect(!late.makesAuthority)
    #expect(late.leaves == Self.instances)
  }

  @Test("only a certificate whose file is gone is made again")
  func missing() {
    #expect(plan(fresh, missing: ["cli"]).leaves == ["cli"])
  }

  @Test("a service that is new gets one, though its files are there")
  func unknown() {
    var ledger = fresh
    ledger.leavesEndUnixUs["gateway-1"] = nil
    #expect(plan(ledger).leaves == ["gateway-1"])
  }

  @Test("a lost or ending authority takes everything that it signed with it")
  func authority() {
    #expect(plan(fresh, hasAuthority: false).leaves == Self.instances)
    let end = fresh.authorityEndsUnixUs - 29 * Self.day
    var ledger = fresh
    for name in Self.instances { ledger.leavesEndUnixUs[name] = end + 800 * Self.day }
    let plan = plan(ledger, now: end)
    #expect(plan.makesAuthority)
    #expect(plan.leaves == Self.instances)
    #expect(plan.updated(ledger, now: end).leavesEndUnixUs["old"] == nil)
  }

  @Test("no certificate outlives its authority")
  func bounded() {
    let late = fresh.authorityEndsUnixUs - 100 * Self.day
    let plan = plan(fresh, now: late)
    #expect(!plan.makesAuthority)
    #expect(
      plan.updated(fresh, now: late).leavesEndUnixUs["cli"] == fresh.authorityEndsUnixUs
    )
  }
}
