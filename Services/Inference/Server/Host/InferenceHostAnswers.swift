import Protocols
import RPC
import RPCRuntime

/// Answers `InferenceHost`: takes plans, and says what is here.
struct InferenceHostAnswers: InferenceHostService {
  let host: ReplicaHost

  func assignReplicas(
    _ request: AssignReplicasRequest,
    context: CallContext
  ) async throws -> AssignReplicasResponse {
    switch host.pool {
    case .selfHosted:
      throw RPCError(
        .failedPrecondition,
        "\(host.instance) is self-hosted: it serves what its operator puts into its models folder"
      )
    case .managed:
      return try host.assign(request.replicas, revision: request.planRevision)
    }
  }

  func describeHost(
    _ request: DescribeHostRequest,
    context: CallContext
  ) async throws -> DescribeHostResponse {
    DescribeHostResponse(
      host: host.instance,
      pool: host.pool.rawValue,
      replicas: host.reports,
      engine: host.engine
    )
  }
}
