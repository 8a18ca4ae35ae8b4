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
    let variant: String
    let model: String
    let version: UInt32
  }

  private struct State {
    var replicas: [Replica] = []
    var failing: [String: String] = [:]
    var isLoading = false
    var planRevision: UInt64 = 0
    /// Endpoints that it once had and was told to drop.
    var droppedCount = 0
    var orderCount = 0
    var failedLoadCount = 0
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

  /// As a self-hosted host, which found a model in its folder.
  func bring(_ replica: Replica) async {
    state.withLock { $0.replicas.append(replica) }
    await announce()
  }

  var replicas: [String] { state.withLock { $0.replicas.map(\.endpoint).sorted() } }
  var droppedCount: Int { state.withLock { $0.droppedCount } }
  var planRevision: UInt64 { state.withLock { $0.planRevision } }
  var orderCount: Int { state.withLock { $0.orderCount } }

  // MARK: Calls

  private func assign(_ request: AssignReplicasRequest) async throws -> AssignReplicasResponse {
    let reports = try state.withLock { state -> [ReplicaReport] in
      guard request.planRevision >= state.planRevision else {
        throw RPCError(.aborted, "plan \(state.planRevision) is newer")
      }
      state.planRevision = request.planRevision
      state.orderCount += 1
      let wanted = request.replicas.map {
        Replica(
          endpoint: $0.endpoint,
          variant: $0.variant,
          model: $0.model,
          version: $0.modelVersion
        )
      }
      state.droppedCount += state.replicas.count { !wanted.contains($0) }
      state.replicas = wanted
      return wanted.map { replica in
        var report = ReplicaReport(
          endpoint: replica.endpoint,
          variant: replica.variant,
          model: replica.model,
          modelVersion: replica.version
        )
        report.state = state.isLoading ? .loading : .ready
        if let words = state.failing[replica.endpoint] {
          report.state = .failed
          report.failure = words
        }
        return report
      }
    }
    await announce()
    return AssignReplicasResponse(replicas: reports)
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
      attributes["endpoints/\(replica.endpoint)"] =
        ReplicaAttribute(
          variant: replica.variant,
          model: replica.model,
          modelVersion: replica.version
        )
        .encoded()
    }
    await server?.announce(attributes)
  }

  private func predict(_ context: CallContext) throws -> PredictResponse {
    let name = context.target.split(separator: "/").dropFirst().first.map(String.init) ?? ""
    guard let replica = state.withLock({ $0.replicas.first { $0.endpoint == name } }) else {
      throw RPCError(.unavailable, "\(id) has no replica of \(name)", isNotStarted: true)
    }
    return PredictResponse(model: replica.model, modelVersion: replica.version, host: id)
  }
}
