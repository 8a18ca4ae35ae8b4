import DiscoveryCore
import Primitives
import Testing

@Suite struct MembershipTests {
  private func makeMembership(
    _ adjust: (inout MembershipLimits) -> Void = { _ in }
  ) -> Membership {
    var limits = MembershipLimits()
    adjust(&limits)
    return Membership(suite: suite, epoch: 77, limits: limits, now: at(0))
  }

  private let terms = LeaseTerms()

  // MARK: Registering

  @Test("An instance that registers is listed, and its lease ends fifteen seconds later")
  func register() {
    var membership = makeMembership()
    let effect = membership.register(instance("a"), from: peer("a"), now: at(1))
    #expect(
      effect
        == .granted(
          Grant(terms: terms, revision: 1),
          change: Delta(revision: 1, change: .put(instance("a"))),
          wakeAt: at(16)
        )
    )
    #expect(membership.instances(role: "inference") == [instance("a")])
    #expect(membership.instances(role: "gateway").isEmpty)
  }

  @Test("Registering the same again renews the lease and changes nothing")
  func registerAgain() {
    var membership = makeMembership()
    _ = membership.register(instance("a"), from: peer("a"), now: at(0))
    #expect(
      membership.register(instance("a"), from: peer("a"), now: at(10))
        == .granted(Grant(terms: terms, revision: 1), change: nil, wakeAt: at(15))
    )
    #expect(membership.expire(now: at(15)) == .expired([], wakeAt: at(25)))
    #expect(
      membership.expire(now: at(25))
        == .expired([Delta(revision: 2, change: .expired(key("a")))], wakeAt: nil)
    )
  }

  @Test("Of two descriptions the newer generation, then the newer update stands, in any order")
  func newestStands() {
    let descriptions = [
      instance("a", generation: 1, update: 0, port: 1),
      instance("a", generation: 1, update: 3, port: 2),
      instance("a", generation: 2, update: 0, port: 3),
      instance("a", generation: 2, update: 1, port: 4),
    ]
    for seed in UInt64(0)..<24 {
      var generator = SeededGenerator(seed: seed)
      var membership = makeMembership()
      for description in (descriptions + descriptions).shuffled(using: &generator) {
        _ = membership.register(description, from: peer("a"), now: at(0))
      }
      #expect(membership.instances(role: "inference") == [descriptions[3]], "seed \(seed)")
    }
  }

  @Test("An older start is told who holds the lease, by every kind of request")
  func superseded() {
    var membership = makeMembership()
    _ = membership.register(instance("a", generation: 5), from: peer("a"), now: at(0))
    let error = RegistryError.superseded(byGeneration: 5)
    #expect(
      membership.register(instance("a", generation: 4, update: 9), from: peer("a"), now: at(1))
        == .refused(error)
    )
    #expect(
      membership.renew(key("a"), generation: 4, from: peer("a"), now: at(1)) == .refused(error)
    )
    #expect(membership.drain(key("a"), generation: 4) == .refused(error))
    #expect(
      membership.deregister(key("a"), generation: 4, from: peer("a"), now: at(1)) == .refused(error)
    )
    #expect(
      membership.expire(now: at(15)) != .expired([], wakeAt: nil),
      "the lease was not renewed"
    )
  }

  @Test("A late copy of an older update, or another text under the same update, is refused")
  func outdated() {
    var membership = makeMembership()
    _ = membership.register(instance("a", update: 2), from: peer("a"), now: at(0))
    let error = RegistryError.outdated(currentUpdate: 2)
    #expect(
      membership.register(instance("a", update: 1), from: peer("a"), now: at(0))
        == .refused(error)
    )
    #expect(
      membership.register(instance("a", update: 2, port: 9), from: peer("a"), now: at(0))
        == .refused(error)
    )
    #expect(membership.revision == 1)
  }

  @Test("Draining is final within a generation and ends with the next")
  func drainingIsFinal() {
    var membership = makeMembership()
    _ = membership.register(instance("a"), from: peer("a"), now: at(0))
    let drained = instance("a", condition: .draining)
    #expect(
      membership.drain(key("a"), generation: 1)
        == .drained(Delta(revision: 2, change: .put(drained)))
    )
    #expect(membership.drain(key("a"), generation: 1) == .unchanged)
    _ = membership.register(instance("a"), from: peer("a"), now: at(1))
    _ = membership.register(instance("a", update: 1), from: peer("a"), now: at(1))
    #expect(membership.instances(role: "inference").map(\.condition) == [.draining])
    _ = membership.register(instance("a", generation: 2), from: peer("a"), now: at(1))
    #expect(membership.instances(role: "inference").map(\.condition) == [.serving])
  }

  // MARK: Beats

  @Test("A beat moves the end of the lease; the queue notices without being told")
  func renew() {
    var membership = makeMembership()
    _ = membership.register(instance("a"), from: peer("a"), now: at(0))
    for beat in 1...10 {
      #expect(
        membership.renew(key("a"), generation: 1, from: peer("a"), now: at(Double(beat) * 5))
          == .renewed(Grant(terms: terms, revision: 1))
      )
    }
    #expect(membership.revision == 1)
    var wakeAt = at(15)
    var wakeCount = 0
    while case .expired([], .some(let next)) = membership.expire(now: wakeAt) {
      wakeAt = next
      wakeCount += 1
    }
    #expect(wakeAt == at(65), "50 s for the last beat and a lease")
    #expect(wakeCount <= 2)
    #expect(membership.instanceCount == 0)
  }

  @Test("A beat without a lease is told to register: never registered, newer, or expired")
  func unknownLease() {
    var membership = makeMembership()
    #expect(
      membership.renew(key("a"), generation: 1, from: peer("a"), now: at(0))
        == .refused(.unknownLease)
    )
    _ = membership.register(instance("a"), from: peer("a"), now: at(0))
    #expect(
      membership.renew(key("a"), generation: 2, from: peer("a"), now: at(0))
        == .refused(.unknownLease)
    )
    _ = membership.expire(now: at(15))
    #expect(
      membership.renew(key("a"), generation: 1, from: peer("a"), now: at(15))
        == .refused(.unknownLease)
    )
    #expect(membership.drain(key("a"), generation: 1) == .refused(.unknownLease))
  }

  // MARK: Leaving

  @Test("A good-bye takes effect once; late copies of older requests do not bring it back")
  func deregister() {
    var membership = makeMembership()
    _ = membership.register(instance("a"), from: peer("a"), now: at(0))
    #expect(
      membership.deregister(key("a"), generation: 1, from: peer("a"), now: at(1))
        == .departed(Delta(revision: 2, change: .departed(key("a"))))
    )
    #expect(
      membership.deregister(key("a"), generation: 1, from: peer("a"), now: at(1)) == .unchanged
    )
    #expect(
      membership.register(instance("a"), from: peer("a"), now: at(1)) == .refused(.departed)
    )
    #expect(
      membership.renew(key("a"), generation: 1, from: peer("a"), now: at(1))
        == .refused(.departed)
    )
    #expect(membership.drain(key("a"), generation: 1) == .refused(.departed))
    #expect(membership.instances(role: "inference").isEmpty)
    #expect(membership.expire(now: at(15)) == .expired([], wakeAt: at(16)))
    #expect(
      membership.register(instance("a"), from: peer("a"), now: at(15.9)) == .refused(.departed)
    )
    #expect(
      membership.expire(now: at(16)) == .expired([], wakeAt: nil),
      "it left, it did not expire"
    )
    #expect(membership.revision == 2)
    #expect(
      membership.deregister(key("a"), generation: 1, from: peer("a"), now: at(1)) == .unchanged
    )
  }

  @Test("The next start may register right after the good-bye of the one before")
  func restart() {
    var membership = makeMembership()
    _ = membership.register(instance("a"), from: peer("a"), now: at(0))
    _ = membership.deregister(key("a"), generation: 1, from: peer("a"), now: at(0))
    let next = instance("a", generation: 2)
    #expect(
      membership.register(next, from: peer("a"), now: at(1))
        == .granted(
          Grant(terms: terms, revision: 3),
          change: Delta(revision: 3, change: .put(next)),
          wakeAt: at(15)
        )
    )
    #expect(membership.instanceCount == 1)
    #expect(membership.expire(now: at(15)) == .expired([], wakeAt: at(16)))
  }

  // MARK: Time

  @Test("Each lease ends once, in order of its deadline")
  func expireOnce() {
    var membership = makeMembership()
    for (offset, id) in ["a", "b", "c"].enumerated() {
      _ = membership.register(instance(id), from: peer(id), now: at(Double(offset)))
    }
    #expect(membership.expire(now: at(14.9)) == .expired([], wakeAt: at(15)))
    #expect(
      membership.expire(now: at(16))
        == .expired(
          [
            Delta(revision: 4, change: .expired(key("a"))),
            Delta(revision: 5, change: .expired(key("b"))),
          ],
          wakeAt: at(17)
        )
    )
    #expect(membership.expire(now: at(16)) == .expired([], wakeAt: at(17)))
  }

  @Test("A registry that stood still expires nobody and gives every lease a new run")
  func stall() {
    var membership = makeMembership()
    _ = membership.register(instance("a"), from: peer("a"), now: at(0))
    _ = membership.register(instance("b"), from: peer("b"), now: at(9))
    #expect(membership.expire(now: at(40)) == .stalled(by: .seconds(25), wakeAt: at(55)))
    #expect(membership.instances(role: "inference").count == 2)
    _ = membership.renew(key("b"), generation: 1, from: peer("b"), now: at(45))
    #expect(
      membership.expire(now: at(55))
        == .expired([Delta(revision: 3, change: .expired(key("a")))], wakeAt: at(60))
    )
  }

  // MARK: Who may

  @Test("Only the certificate's own instance may register, renew and leave")
  func identity() {
    var membership = makeMembership()
    let strangers: [(PeerIdentity, RegistryError)] = [
      (.anonymous, .notAService), (.localProcess, .notAService),
      (.certificate(name: "CN=a"), .notAService),
      (
        .service(suite: "other", role: "inference", instance: "a"),
        .wrongSuite(presented: "other", expected: suite)
      ),
      (peer("b"), .wrongIdentity(presented: key("b"), claimed: key("a"))),
      (
        peer("a", role: "gateway"),
        .wrongIdentity(presented: key("a", role: "gateway"), claimed: key("a"))
      ),
    ]
    _ = membership.register(instance("a"), from: peer("a"), now: at(0))
    for (stranger, error) in strangers {
      #expect(
        membership.register(instance("a", generation: 2), from: stranger, now: at(1))
          == .refused(error)
      )
      #expect(
        membership.renew(key("a"), generation: 1, from: stranger, now: at(1)) == .refused(error)
      )
      #expect(
        membership.deregister(key("a"), generation: 1, from: stranger, now: at(1))
          == .refused(error)
      )
      #expect(!error.description.isEmpty)
    }
    #expect(membership.revision == 1)
  }

  // MARK: Limits

  @Test("What is too large is refused with the limit, and makes room when others go")
  func limits() {
    var membership = makeMembership {
      $0.instanceCount = 2
      $0.roleCount = 1
      $0.attributeBytes = 20
    }
    _ = membership.register(instance("a"), from: peer("a"), now: at(0))
    #expect(
      membership.register(
        instance("g", role: "gateway"),
        from: peer("g", role: "gateway"),
        now: at(0)
      )
        == .refused(.tooManyRoles(limit: 1))
    )
    var heavy = instance("b")
    heavy.attributes = ["models": Bytes(repeatElement(1, count: 15))]
    #expect(
      membership.register(heavy, from: peer("b"), now: at(0)) == .refused(.tooManyBytes(limit: 20))
    )
    heavy.attributes = ["models": Bytes(repeatElement(1, count: 14))]
    #expect(membership.register(heavy, from: peer("b"), now: at(0)) != .refused(.unknownLease))
    #expect(
      membership.register(instance("c"), from: peer("c"), now: at(0))
        == .refused(.tooManyInstances(limit: 2))
    )
    // The same instance anew counts once.
    heavy.update = 1
    heavy.attributes = ["models": Bytes(repeatElement(2, count: 14))]
    guard case .granted = membership.register(heavy, from: peer("b"), now: at(0)) else {
      Issue.record("an instance must be able to change what it says")
      return
    }
    _ = membership.expire(now: at(15))
    var heir = instance("c")
    heir.attributes = ["models": Bytes(repeatElement(2, count: 14))]
    guard case .granted = membership.register(heir, from: peer("c"), now: at(15)) else {
      Issue.record("expired instances must give their room back")
      return
    }
  }

  @Test("A description that breaks a limit is refused with the field's name")
  func invalid() {
    var membership = makeMembership()
    let bad = instance("a", weight: -1)
    #expect(
      membership.register(bad, from: peer("a"), now: at(0))
        == .refused(.invalid(InstanceProblem("weight", "is -1; it must be 0 … 10000")))
    )
    #expect(membership.instanceCount == 0)
  }
}
