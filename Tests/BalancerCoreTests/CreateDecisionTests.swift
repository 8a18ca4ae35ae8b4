import BalancerCore
import Testing

@Suite("A repeated create, and what is wrong with a specification")
struct CreateDecisionTests {
  private func decide(
    _ existing: EndpointRecord,
    _ asked: EndpointSpec,
    _ wish: VersionWish
  ) -> CreateDecision {
    var asked = asked
    asked.modelVersion = 0
    return CreateDecision(existing: existing, spec: asked, wish: wish)
  }

  private let newest = VersionWish(version: 0, alias: "")

  @Test("The same version by number exists, another one conflicts")
  func byNumber() {
    let there = record(spec(version: 3))
    #expect(decide(there, spec(), VersionWish(version: 3, alias: "")) == .exists)
    guard case .conflict(let words) = decide(there, spec(), VersionWish(version: 4, alias: ""))
    else {
      Issue.record("another version was taken for the same")
      return
    }
    #expect(words == "it serves version 3 of iris, not 4")
  }

  @Test("A wish by alias, or for the newest, needs the store, and is known again without it")
  func byAlias() {
    let champion = VersionWish(version: 0, alias: "champion")
    let there = record(spec(), wish: champion)
    #expect(decide(there, spec(), champion) == .compare(isSameWish: true))
    #expect(decide(there, spec(), newest) == .compare(isSameWish: false))
  }

  @Test(
    "Other content conflicts, and the words say where",
    arguments: [
      (spec(.selfHosted), "its kind is managed, not self-hosted"),
      (spec(model: "rose"), "it serves model iris, not rose"),
      (spec(replicas: 2), "its replica_count is 1, not 2"),
      (spec(variant: "b"), "its variant is main, not b"),
      (
        spec(policy: .leastOutstandingRequests),
        "its policy is round_robin, not least_outstanding_requests"
      ),
    ]
  )
  func conflicts(_ other: EndpointSpec, _ words: String) {
    #expect(decide(record(spec()), other, newest) == .conflict(words))
  }

  @Test("A problem names its field")
  func problems() {
    #expect(spec().problem(name: "flowers") == nil)
    #expect(spec().problem(name: "")?.hasPrefix("name: ") == true)
    #expect(spec(model: "a/b").problem(name: "x")?.hasPrefix("variants[0].model: ") == true)
    #expect(spec(variant: "").problem(name: "x")?.hasPrefix("variants[0].name: ") == true)
    #expect(
      spec(replicas: 65).problem(name: "x") == "variants[0].replica_count: is 65; give 1 to 64"
    )
    #expect(spec(.selfHosted, replicas: 2).problem(name: "x") != nil)
    #expect(VersionWish(version: 1, alias: "a").problem != nil)
    #expect(VersionWish(version: 0, alias: "a b").problem?.hasPrefix("variants[0].alias") == true)
    #expect(VersionWish(version: 0, alias: "latest").problem == nil)
  }
}
