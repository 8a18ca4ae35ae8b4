import InferenceCore
import Testing

@Suite("What a host does to serve what it was told to")
struct AssignmentPlanTests {
  typealias Actual = AssignmentPlan.Actual

  private func replica(
    _ endpoint: String,
    _ version: UInt32,
    id: String = "id-1"
  ) -> ReplicaIdentity {
    ReplicaIdentity(
      account: "default",
      endpoint: endpoint,
      endpointID: id,
      variant: "main",
      model: "m",
      version: version,
      manifestDigest: "\(version)"
    )
  }

  private func ready(_ identity: ReplicaIdentity) -> Actual {
    Actual(identity, isReady: true, isLeaving: false)
  }

  private func busy(_ identity: ReplicaIdentity) -> Actual {
    Actual(identity, isReady: false, isLeaving: false)
  }

  @Test("starts what is missing and drains what is not wanted")
  func difference() {
    let plan = AssignmentPlan(
      desired: [replica("a", 1), replica("b", 1)],
      actual: [ready(replica("b", 1)), ready(replica("c", 1)), busy(replica("d", 1))]
    )
    #expect(plan.start == [replica("a", 1)])
    #expect(plan.drain == [replica("c", 1), replica("d", 1)])
  }

  @Test("does nothing when all is as it should be")
  func nothing() {
    let plan = AssignmentPlan(
      desired: [replica("a", 1)],
      actual: [busy(replica("a", 1))]
    )
    #expect(plan.start.isEmpty && plan.drain.isEmpty)
  }

  @Test("keeps the old version until the new one is ready")
  func update() {
    let old = replica("a", 1)
    let new = replica("a", 2)
    let first = AssignmentPlan(desired: [new], actual: [ready(old)])
    #expect(first.start == [new] && first.drain.isEmpty)
    let second = AssignmentPlan(desired: [new], actual: [ready(old), busy(new)])
    #expect(second.start.isEmpty && second.drain.isEmpty)
    let third = AssignmentPlan(desired: [new], actual: [ready(old), ready(new)])
    #expect(third.drain == [old])
    // One that answers nobody has nothing to wait for.
    #expect(AssignmentPlan(desired: [new], actual: [busy(old)]).drain == [old])
  }

  @Test("an endpoint that was made anew under its name takes nothing over from the old one")
  func recreated() {
    let old = replica("a", 1, id: "id-1")
    let new = replica("a", 1, id: "id-2")
    let plan = AssignmentPlan(desired: [new], actual: [ready(old)])
    #expect(plan.start == [new] && plan.drain == [old])
    #expect(new < old, "the newest endpoint of a name comes first")
  }

  @Test("a replica that leaves is neither drained again nor started beside itself")
  func leaving() {
    let leaving = Actual(replica("a", 1), isReady: false, isLeaving: true)
    let plan = AssignmentPlan(desired: [replica("a", 1)], actual: [leaving])
    #expect(plan.start.isEmpty && plan.drain.isEmpty)
    #expect(AssignmentPlan(desired: [], actual: [leaving]).drain.isEmpty)
  }

  @Test("plans are taken in the balancer's order, repeats too")
  func order() throws {
    var order = PlanOrder()
    try order.accept(5)
    try order.accept(5)
    try order.accept(9)
    let error = #expect(throws: PlanOrder.Outdated.self) { try order.accept(8) }
    #expect(error?.revision == 8 && error?.newest == 9)
    #expect(order.revision == 9)
  }
}

@Suite("Whom a prediction is for")
struct CallTargetTests {
  @Test("an endpoint, or one variant of it, by name")
  func names() throws {
    #expect(try CallTarget("endpoints/iris") == .named(endpoint: "iris", variant: nil))
    #expect(try CallTarget("endpoints/iris/blue") == .named(endpoint: "iris", variant: "blue"))
    #expect(try CallTarget("services/trainer") == nil)
    #expect(try CallTarget("") == nil)
  }

  @Test("exactly one replica or copy, by what it is announced by")
  func exactly() throws {
    for text in ["replicas/0192-7/main", "copies/iris/0af3"] {
      #expect(try CallTarget(text) == .exactly(text))
    }
  }

  @Test(
    "what begins like an endpoint and goes on wrongly is refused",
    arguments: [
      "endpoints/", "endpoints/a/", "endpoints/a/b/c", "endpoints/a_b", "endpoints/-a",
      "replicas/a", "replicas/a/b/c", "replicas//b", "copies/a/", "copies/a/b_c",
    ]
  )
  func wrong(_ target: String) {
    #expect(throws: CallTarget.Problem.self) { try CallTarget(target) }
  }
}
