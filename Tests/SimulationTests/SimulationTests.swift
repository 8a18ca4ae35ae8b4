import Glibc
import Testing

/// The real client, forwarder and server under a virtual clock, over a network that splits, delays,
/// refuses and cuts.
///
/// `MARTLET_SEED=n` runs one seed alone and prints its transcript; `MARTLET_SOAK=1` runs many more.
/// `MARTLET_FIRST_SEED` and `MARTLET_SEEDS` choose which, and how many.
@Suite("Simulation")
struct SimulationTests {
  private static let seeds: [UInt64] = {
    if let one = environment("MARTLET_SEED") { return [one] }
    let first = environment("MARTLET_FIRST_SEED") ?? 1
    let count = environment("MARTLET_SOAK") == 1 ? 5000 : 60
    return Array(first..<first + (environment("MARTLET_SEEDS") ?? UInt64(count)))
  }()

  private static func environment(_ name: String) -> UInt64? {
    getenv(name).flatMap { UInt64(String(cString: $0)) }
  }

  @Test("whatever the network does, each call has one true outcome and nothing is held after it")
  func invariants() throws {
    let isPrinting = SimulationTests.environment("MARTLET_SEED") != nil
    var callCount = 0
    var okCount = 0
    for seed in SimulationTests.seeds {
      let report = try Simulation.run(Scenario(seed: seed), isPrinting: isPrinting)
      callCount += report.callCount
      okCount += report.okCount
      if !report.problems.isEmpty { Issue.record("\(SimulationTests.text(of: report))") }
    }
    // A run in which hardly a call gets through tests nothing.
    if SimulationTests.seeds.count > 1 {
      #expect(okCount * 3 > callCount, "\(okCount) of \(callCount) calls went well")
    }
  }

  @Test("a seed repeats its run", arguments: [UInt64(3), 17, 2026])
  func isDeterministic(seed: UInt64) throws {
    let first = try Simulation.run(Scenario(seed: seed))
    let second = try Simulation.run(Scenario(seed: seed))
    #expect(first.eventCount == second.eventCount)
    #expect(first.transcriptHash == second.transcriptHash)
    let other = try Simulation.run(Scenario(seed: seed + 1))
    #expect(first.transcriptHash != other.transcriptHash)
  }

  private static func text(of report: Simulation.Report) -> String {
    """
    seed \(report.seed): \(report.problems.joined(separator: "\n  "))
    its last lines:
      \(report.lastLines.suffix(12).joined(separator: "\n  "))
    replay: MARTLET_SEED=\(report.seed) swift test --filter SimulationTests
    """
  }
}
