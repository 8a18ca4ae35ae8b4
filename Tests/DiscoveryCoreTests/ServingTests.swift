import DiscoveryCore
import Primitives
import Testing

@Suite("Picks among those that serve something")
struct ServingTests {
  private var generator = SeededGenerator(seed: 5)
  private var set = ConnectionSet(policy: RoundRobin(), backoff: Backoff())
  private let report = CallReport(hasSucceeded: true, latency: .milliseconds(1))
  private var slots: [String: TargetSlot] = [:]

  private func described(
    _ id: String,
    _ keys: [String],
    update: UInt64 = 0,
    condition: Instance.Condition = .serving,
    pool: String? = nil
  ) -> Instance {
    var described = instance(id, update: update, condition: condition)
    for key in keys { described.attributes[key] = Bytes() }
    if let pool { described.labels["pool"] = pool }
    return described
  }

  private mutating func add(_ id: String, _ keys: String..., pool: String? = nil) throws {
    let change = MemberChange.added(described(id, keys, pool: pool))
    guard case .connect(let dial) = set.memberChanged(change, using: &generator) else {
      throw RegistryError.unknownLease
    }
    #expect(set.connected(dial.slot, using: &generator) == .use)
    slots[id] = dial.slot
  }

  private mutating func update(
    _ id: String,
    _ keys: String...,
    condition: Instance.Condition = .serving
  ) {
    let change = MemberChange.updated(described(id, keys, update: 1, condition: condition))
    #expect(set.memberChanged(change, using: &generator) == .nothing)
  }

  /// Who gets so many calls, one after the other.
  private mutating func picks(
    _ key: String,
    _ count: Int,
    by policy: PickPolicyName? = nil,
    avoiding: String? = nil
  ) -> [String] {
    (0..<count).compactMap { _ in
      guard
        case .call(let slot) = set.pick(
          serving: key,
          by: policy,
          avoiding: avoiding.map { DiscoveryCoreTests.key($0) },
          using: &generator
        ), let id = set.key(of: slot)?.id
      else { return nil }
      _ = set.callEnded(slot, report, now: at(0))
      return id
    }
  }

  private mutating func reason(_ key: String) -> NoTarget? {
    guard case .none(let reason) = set.pick(serving: key, using: &generator) else { return nil }
    return reason
  }

  @Test("Calls go to those alone that have the key")
  mutating func filter() throws {
    try add("a", "endpoints/iris")
    try add("b", "endpoints/iris", "endpoints/housing")
    try add("c", "endpoints/housing")
    #expect(Set(picks("endpoints/iris", 20)) == ["a", "b"])
    #expect(Set(picks("endpoints/housing", 20)) == ["b", "c"])
  }

  @Test("Turns are exact for each key, whatever is called between")
  mutating func turns() throws {
    try add("a", "x", "y")
    try add("b", "x", "y")
    try add("c", "y")
    var (atX, atY): ([String], [String]) = ([], [])
    for _ in 0..<30 {
      atX += picks("x", 1)
      atY += picks("y", 1)
    }
    for start in stride(from: 0, to: 30, by: 2) { #expect(Set(atX[start..<start + 2]).count == 2) }
    for start in stride(from: 0, to: 30, by: 3) { #expect(Set(atY[start..<start + 3]).count == 3) }
  }

  @Test("The fewest calls under way count over all keys")
  mutating func leastOutstanding() throws {
    try add("a", "x", "y")
    try add("b", "x")
    for _ in 0..<3 { _ = set.pick(serving: "y", using: &generator) }
    #expect(picks("x", 10, by: .leastOutstandingRequests).allSatisfy { $0 == "b" })
    #expect(Set(picks("x", 10, by: .roundRobin)) == ["a", "b"])
  }

  @Test("A key that comes and goes is followed")
  mutating func changes() throws {
    try add("a", "x")
    try add("b")
    #expect(Set(picks("x", 4)) == ["a"])
    update("b", "x")
    #expect(Set(picks("x", 4)) == ["a", "b"])
    update("a")
    #expect(Set(picks("x", 4)) == ["b"])
    _ = set.memberChanged(.removed(key("b")), using: &generator)
    #expect(reason("x") == .notServed(key: "x", count: 1))
  }

  @Test("A place that is given to another instance serves what that one says")
  mutating func reuse() throws {
    try add("a", "x")
    _ = set.memberChanged(.removed(key("a")), using: &generator)
    try add("b", "y")
    #expect(reason("x") == .notServed(key: "x", count: 1))
    #expect(picks("y", 1) == ["b"])
  }

  @Test("Labels are found by name and value")
  mutating func labels() throws {
    try add("a", pool: "managed")
    try add("b", pool: "self-hosted")
    #expect(Set(picks("pool=managed", 5)) == ["a"])
  }

  @Test("Who drains, is unwell or is cut off is not picked, and the reason counts who serves")
  mutating func outOfReach() throws {
    try add("a", "x")
    try add("b", "x")
    try add("c")
    update("a", "x", condition: .draining)
    #expect(Set(picks("x", 5)) == ["b"])
    _ = set.disconnected(try #require(slots["b"]), now: at(0), using: &generator)
    #expect(reason("x") == .servedOutOfReach(key: "x", servingCount: 2, count: 3))
    #expect("\(try #require(reason("x")))".contains("2 of 3 instances serve x"))
    #expect(reason("z") == .notServed(key: "z", count: 3))
  }

  @Test("An avoided instance is picked only when no other serves the key")
  mutating func avoiding() throws {
    try add("a", "x")
    try add("b", "x", "y")
    try add("c")
    #expect(Set(picks("x", 5, avoiding: "a")) == ["b"])
    #expect(picks("y", 1, avoiding: "b") == ["b"])
    #expect(Set(picks("x", 6, avoiding: "c")) == ["a", "b"])
  }

  @Test("A call picked by key counts as under way until it ends")
  mutating func inFlight() throws {
    try add("a", "x")
    guard case .call(let slot) = set.pick(serving: "x", using: &generator) else {
      Issue.record("nobody was picked")
      return
    }
    #expect(set.candidates.map(\.inFlight) == [1])
    #expect(set.memberChanged(.removed(key("a")), using: &generator) == .finish(slot))
    #expect(set.callEnded(slot, report, now: at(0)) == .close(slot))
  }
}
