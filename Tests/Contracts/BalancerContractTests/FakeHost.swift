import Discovery
import Primitives
import Protocols
import RPC
import RPCRuntime
import ServicePort
import Synchronization
import WireCodec

/// An inference host of the test: it "loads" what it is told, announces it, and answers with its
/// own name.
final class FakeHost: Service {
  struct Replica: Equatable {
    let endpoint: String
    /// Empty: a copy that the host brought.
    var id = ""
    var account = "default"
    let variant: String
    let model: String
    let version: UInt32

    var key: ServingKey {
      guard id.isEmpty else { return ServingKey(replicaOf: id, variant: variant) }
      return ServingKey(
        copyFor: account,
        endpoint: endpoint,
        variant: variant,
        model: model,
        version: version
      )
    }
  }

  private struct State {
    var replicas: [Replica] = []
    var failing: [String: String] = [:]
    var isLoading = false
    var planRevision: UInt64 = 0
    /// Endpoints that it once had and was told to drop.
    var droppedCount = 0
    var orderCount = 0
    /// It goes on with what it has, whatever it is told.
    var isDeaf = false
    /// What was answered, by version.
    var answers: [UInt32: Int] = [:]
    var server: RegisteredServer?
  }

  let id: String
  let pool: String
  private let state = Mutex(State())

  var handlers: [MethodHandler] {
    [
      .unary(InferenceHostMethods.assignReplicas) {
        (request: AssignReplicasRequest, _) in try await self.assign(request)
      },
      .unary(InferenceMethods.predict) {
        (_: PredictRequest, context: CallContext) in try self.predict(context)
      },
    ]
  }

  init(_ id: String, pool: String = "managed") {
    self.id = id
    self.pool = pool
  }

  func start(in world: ContractWorld) async throws {
    let health = HealthReporter()
    health.setAll(.serving)
    let server = try await world.serve("inference/\(id)", [health, self], labels: ["pool": pool])
    state.withLock { $0.server = server }
  }

  func die() async { await state.withLock { $0.server }?.die() }

  /// Loads of an endpoint fail from now on.
  func fail(_ endpoint: String, _ words: String) {
    state.withLock { $0.failing[endpoint] = words }
  }

  /// Replicas stay in the state LOADING until they are let go.
  func holdLoads(_ isHeld: Bool) async {
    state.withLock { $0.isLoading = isHeld }
    await announce()
  }

  /// As a host that the balancer cannot reach any more, and that everybody else can: it keeps what
  /// it has, says so, and answers.
  func ignoreOrders() { state.withLock { $0.isDeaf = true } }

  /// As if a balancer had been here whose clock was far ahead.
  func haveSeen(_ planRevision: UInt64) { state.withLock { $0.planRevision = planRevision } }

  /// As a self-hosted host, which found a model in its folder.
  func bring(_ replica: Replica) async {
    state.withLock { $0.replicas.append(replica) }
    await announce()
  }

  var replicas: [String] { state.withLock { $0.replicas.map(\.endpoint).sorted() } }
  var droppedCount: Int { state.withLock { $0.droppedCount } }
  var planRevision: UInt64 { state.withLock { $0.planRevision } }
  func answerCount(_ version: UInt32) -> Int { state.withLock { $0.answers[version] ?? 0 } }
  var orderCount: Int { state.withLock { $0.orderCount } }

  // MARK: Calls

  private func assign(_ request: AssignReplicasRequest) async throws -> AssignReplicasResponse {
    let (newest, reports) = state.withLock { state -> (UInt64, [ReplicaReport]) in
      guard request.planRevision >= state.planRevision, !state.isDeaf else {
        let newest = state.isDeaf ? request.planRevision : state.planRevision
        return (newest, [])
      }
      state.planRevision = request.planRevision
      state.orderCount += 1
      let wanted = request.replicas.map {
        Replica(
          endpoint: $0.endpoint,
          id: $0.endpointID,
          account: $0.account,
          variant: $0.variant,
          model: $0.model,
          version: $0.modelVersion
        )
      }
      state.droppedCount += state.replicas.count { !wanted.contains($0) }
      state.replicas = wanted
      let reports = wanted.map { replica in
        var report = ReplicaReport(
          endpoint: replica.endpoint,
          variant: replica.variant,
          model: replica.model,
          modelVersion: replica.version,
          endpointID: replica.id
        )
        report.state = state.isLoading ? .loading : .ready
        if let words = state.failing[replica.endpoint] {
          report.state = .failed
          report.failure = words
        }
        return report
      }
      return (request.planRevision, reports)
    }
    await announce()
    return AssignReplicasResponse(replicas: reports, newestPlanRevision: newest)
  }

  private func announce() async {
    let (server, ready) = state.withLock { state in
      (
        state.server,
        state.isLoading ? [] : state.replicas.filter { state.failing[$0.endpoint] == nil }
      )
    }
    var attributes: [String: Bytes] = [:]
    for replica in ready {
      attributes[replica.key.text] =
        ReplicaAttribute(
          variant: replica.variant,
          model: replica.model,
          modelVersion: replica.version,
          account: replica.account,
          endpoint: replica.endpoint
        )
        .encoded()
    }
    await server?.announce(attributes)
  }

  private func predict(_ context: CallContext) throws -> PredictResponse {
    let replica = state.withLock { state in
      let found = state.replicas.first { $0.key.text == context.target }
      if let found { state.answers[found.version, default: 0] += 1 }
      return found
    }
    guard let replica else {
      throw RPCError(.unavailable, "\(id) has no \(context.target)", isNotStarted: true)
    }
    return PredictResponse(model: replica.model, modelVersion: replica.version, host: id)
  }
}
