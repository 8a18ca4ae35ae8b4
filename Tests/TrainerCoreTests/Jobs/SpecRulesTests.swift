import Testing
import TrainerCore

@Suite("The rules of a job's spec")
struct SpecRulesTests {
  private func problem(_ change: (inout SpecRules) -> Void) -> SpecProblem? {
    var rules = SpecRules(dataset: "houses", model: "prices")
    change(&rules)
    do {
      try rules.check()
      return nil
    } catch {
      return error
    }
  }

  @Test("a plain spec passes")
  func plain() {
    #expect(problem { _ in } == nil)
    #expect(problem { $0.aliases = ["champion", "a-1"] } == nil)
  }

  @Test("each field is named that is wrong")
  func fields() {
    let cases: [(String, (inout SpecRules) -> Void)] = [
      ("spec.dataset", { $0.dataset = "" }),
      ("spec.dataset", { $0.dataset = "../x" }),
      ("spec.model", { $0.model = "a b" }),
      ("spec.aliases", { $0.aliases = ["latest"] }),
      ("spec.aliases", { $0.aliases = ["-"] }),
      ("spec.aliases", { $0.aliases = (0..<17).map { "a\($0)" } }),
      ("spec.ignored_columns", { $0.ignoredColumns = .init(repeating: "c", count: 4097) }),
      ("spec.hyperparameters", { $0.hyperparameters = ["k": String(repeating: "1", count: 1024)] }),
      (
        "spec.hyperparameters",
        { $0.hyperparameters = .init(uniqueKeysWithValues: (0..<65).map { ("\($0)", "1") }) }
      ),
    ]
    for (field, change) in cases { #expect(problem(change)?.field == field) }
  }
}
