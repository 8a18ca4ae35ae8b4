import Testing

@testable import GatewayCore

@Suite("Who may do what")
struct AdmissionTests {
  static let now: Int64 = 1_000_000

  static func key(
    _ actions: Set<KeyAction>,
    endpoints: Set<String> = [],
    expires: Int64 = 0,
    revoked: Int64 = 0
  ) -> AccessKey {
    AccessKey(
      id: "id",
      name: "mine",
      account: "acme",
      actions: actions,
      endpoints: endpoints,
      expiresUnixMicroseconds: expires,
      createdUnixMicroseconds: 1,
      revokedUnixMicroseconds: revoked,
      updatedUnixMicroseconds: 1
    )
  }

  static let needs: [Admission.Need] = [
    .invoke(endpoint: "e"), .read(service: "trainer"), .manage(service: "trainer"),
  ]

  static func decide(
    _ presented: Admission.Presented,
    _ need: Admission.Need
  ) -> Result<Admission.Grant, Admission.Refusal> {
    Result { () throws(Admission.Refusal) in
      try Admission.decide(presented, needs: need, nowUnixMicroseconds: now)
    }
  }

  @Test("an operator may do everything, in the account default")
  func operators() {
    for need in Self.needs {
      #expect(
        Self.decide(.operator, need) == .success(.init(account: "default", keyID: "operator"))
      )
    }
  }

  @Test("each action opens its own need and no other")
  func actions() {
    for (index, need) in Self.needs.enumerated() {
      for (position, action) in [KeyAction.invoke, .read, .manage].enumerated() {
        let outcome = Self.decide(.key(Self.key([action])), need)
        if index == position {
          #expect(outcome == .success(.init(account: "acme", keyID: "id")))
        } else {
          guard case .failure(.lacksAction(let lacking, "mine", _)) = outcome else {
            Issue.record("\(action) for \(need): \(outcome)")
            continue
          }
          #expect(lacking == [KeyAction.invoke, .read, .manage][index])
        }
      }
    }
  }

  @Test("identity comes first: what is revoked, expired or unknown opens nothing")
  func identity() {
    let cases: [(Admission.Presented, Admission.Refusal)] = [
      (.nothing, .noKey), (.unreadable, .unreadableKey), (.unknownKey, .unknownKey),
      (.key(Self.key([.invoke], expires: Self.now)), .expiredKey),
      (.key(Self.key([.invoke], expires: Self.now - 1)), .expiredKey),
      (.key(Self.key([], revoked: 1)), .revokedKey),
      (.key(Self.key([.invoke], expires: 1, revoked: 1)), .revokedKey),
    ]
    for (presented, refusal) in cases {
      #expect(Self.decide(presented, .invoke(endpoint: "e")) == .failure(refusal))
      #expect(refusal.isAboutIdentity && !refusal.words.isEmpty)
    }
    let alive = Admission.Presented.key(Self.key([.invoke], expires: Self.now + 1))
    #expect(
      Self.decide(alive, .invoke(endpoint: "e")) == .success(.init(account: "acme", keyID: "id"))
    )
  }

  @Test("a key for some endpoints invokes no others")
  func endpoints() {
    let key = Admission.Presented.key(Self.key([.invoke], endpoints: ["e", "f"]))
    #expect(
      Self.decide(key, .invoke(endpoint: "f")) == .success(.init(account: "acme", keyID: "id"))
    )
    #expect(Self.decide(key, .invoke(endpoint: "g")) == .failure(.lacksEndpoint("g", key: "mine")))
    #expect(!Admission.Refusal.lacksEndpoint("g", key: "mine").isAboutIdentity)
  }

  @Test("a wish for a key names the field that is wrong")
  func wishes() {
    func problem(_ name: String, _ endpoints: [String], _ expires: Int64) -> String? {
      AccessKey.problem(
        name: name,
        endpoints: endpoints,
        expiresUnixMicroseconds: expires,
        nowUnixMicroseconds: Self.now
      )
    }
    #expect(problem("a", ["b"], 0) == nil)
    #expect(problem("a", [], Self.now + 1) == nil)
    #expect(problem("", [], 0)?.hasPrefix("name:") == true)
    #expect(problem("a", ["b", "c d"], 0)?.hasPrefix("endpoints[1]:") == true)
    #expect(problem("a", [], Self.now)?.hasPrefix("expires_unix_us:") == true)
    #expect(problem("a", [], -1)?.hasPrefix("expires_unix_us:") == true)
    let many = (0...AccessKey.maximumEndpointCount).map { "e\($0)" }
    #expect(problem("a", many, 0)?.hasPrefix("endpoints:") == true)
  }
}

@Suite("Targets, methods and what they need")
struct CallTargetTests {
  @Test("targets are services by role, and endpoints with an optional variant")
  func targets() {
    #expect(CallTarget("services/model-store") == .service(.modelStore))
    #expect(CallTarget("services/trainer") == .service(.trainer))
    #expect(CallTarget("endpoints/a") == .endpoint(name: "a"))
    #expect(CallTarget("endpoints/a/main") == .endpoint(name: "a"))
    #expect(CallTarget("endpoints/a")?.role == "balancer")
    #expect(CallTarget("services/model-store")?.role == "model-store")
    for wrong in [
      "", "services", "services/", "services/inference", "services/trainer/x", "endpoints",
      "endpoints/", "endpoints//main", "endpoints/a/", "endpoints/a/b/c", "/endpoints/a",
    ] { #expect(CallTarget(wrong) == nil, "\(wrong)") }
  }

  private func need(
    _ method: String,
    _ target: CallTarget,
    isOperator: Bool = false
  ) -> Result<Admission.Need, MethodAccess.Refusal> {
    Result { () throws(MethodAccess.Refusal) in
      try MethodAccess.need(of: method, at: target, isOperator: isOperator)
    }
  }

  @Test("what looks is READ, everything else MANAGE, predictions INVOKE")
  func needs() {
    let store = CallTarget.service(.modelStore)
    for method in ["DescribeBlob", "ListModels", "DownloadBlob"] {
      #expect(
        need("/martlet.models.v1.ModelStore/\(method)", store)
          == .success(.read(service: "model-store"))
      )
    }
    for method in ["UploadBlob", "CreateVersion", "SetAlias", "Unheard"] {
      #expect(
        need("/martlet.models.v1.ModelStore/\(method)", store)
          == .success(.manage(service: "model-store"))
      )
    }
    #expect(
      need("/martlet.training.v1.Trainer/WatchTrainingJob", .service(.trainer))
        == .success(.read(service: "trainer"))
    )
    #expect(
      need("/martlet.inference.v1.Inference/Predict", .endpoint(name: "e"))
        == .success(.invoke(endpoint: "e"))
    )
  }

  @Test("what is between services is not offered, and what shows all accounts is for operators")
  func refusals() {
    let cases: [(String, CallTarget)] = [
      ("/martlet.inference.v1.InferenceHost/AssignReplicas", .endpoint(name: "e")),
      ("/martlet.inference.v1.InferenceX/Predict", .endpoint(name: "e")),
      ("/martlet.discovery.v1.Registry/Register", .service(.balancer)),
      ("/martlet.training.v1.Trainer/ListTrainingJobs", .service(.modelStore)),
      ("", .service(.trainer)),
    ]
    for (method, target) in cases {
      #expect(need(method, target) == .failure(.notOffered))
      #expect(need(method, target, isOperator: true) == .failure(.notOffered))
    }
    let watch = "/martlet.endpoints.v1.Endpoints/WatchEndpoints"
    #expect(need(watch, .service(.balancer)) == .failure(.operatorsOnly))
    #expect(
      need(watch, .service(.balancer), isOperator: true) == .success(.read(service: "balancer"))
    )
  }

  @Test("places are given up to the number in all and to that of one key")
  func concurrency() {
    var gate = ConcurrencyGate(limitCount: 3, keyLimitCount: 2)
    func enter(_ key: String) -> ConcurrencyGate.Refusal? {
      do throws(ConcurrencyGate.Refusal) {
        try gate.enter(key: key)
        return nil
      } catch { return error }
    }
    #expect(enter("a") == nil)
    #expect(enter("a") == nil)
    #expect(enter("a") == .keyFull(limitCount: 2))
    #expect(enter("b") == nil)
    #expect(enter("c") == .full(limitCount: 3))
    gate.leave(key: "a")
    #expect(gate.count == 2)
    #expect(enter("c") == nil)
    gate.leave(key: "nobody")
    #expect(gate.count == 3)
    for key in ["a", "b", "c"] { gate.leave(key: key) }
    #expect(gate.count == 0)
  }

  @Test("a catalog keeps what it knew until a new snapshot is whole")
  func catalog() {
    typealias Catalog = EndpointCatalog<Int>
    var catalog = Catalog()
    let (a, b) = (Catalog.Key(account: "x", name: "a"), Catalog.Key(account: "x", name: "b"))
    func value(_ key: Catalog.Key) -> String {
      switch catalog.answer(key) {
      case .notYet: "not yet"
      case .unknown: "unknown"
      case .known(let value): "\(value)"
      }
    }
    catalog.watchBegan()
    catalog.changed(a, 1)
    #expect(value(a) == "not yet")
    catalog.snapshotEnded()
    #expect(value(a) == "1" && value(b) == "unknown")
    catalog.changed(b, 2)
    catalog.changed(a, 3)
    #expect(value(a) == "3" && value(b) == "2")
    catalog.deleted(b)
    #expect(value(b) == "unknown")
    // A watch that breaks in its snapshot takes nothing.
    catalog.watchBegan()
    catalog.changed(b, 4)
    catalog.deleted(b)
    #expect(value(a) == "3" && value(b) == "unknown" && catalog.count == 1)
    catalog.watchBegan()
    catalog.changed(b, 5)
    catalog.snapshotEnded()
    #expect(value(a) == "unknown" && value(b) == "5")
    #expect(value(Catalog.Key(account: "y", name: "b")) == "unknown")
  }
}
