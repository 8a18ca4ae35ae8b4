import Primitives
import Protocols
import RPC

/// Waits for an endpoint to become what it was asked to be.
struct EndpointWait: Sendable {
  let endpoints: EndpointsClient
  let name: String
  let patience: Patience

  static let serviceLimit = Duration.seconds(120)
  /// All hosts of an endpoint may fail for so long (they try again) before the wait is given up.
  static let failureLimit = Duration.seconds(10)
  static let deletionLimit = Duration.seconds(60)
  static let interval = Duration.milliseconds(200)

  func describe() async throws -> Endpoint {
    let answer = try await patience.repeating {
      try await endpoints.describeEndpoint(DescribeEndpointRequest(name: name))
    }
    guard let endpoint = answer.endpoint else {
      throw CommandError("the balancer answered without the endpoint \(name)")
    }
    return endpoint
  }

  /// - Throws: `CommandError` when it failed, with the hosts' words, or when the time is over.
  func untilInService(_ console: Console) async throws -> Endpoint {
    let start = Instant.now
    let progress = ProgressLine(console, "waiting", total: nil, unit: .count("replicas ready"))
    defer { progress.clear() }
    var failingSince: Instant?
    while true {
      let endpoint = try await describe()
      let ready = endpoint.targets.count { $0.isReady }
      let wanted = endpoint.variants.first.map { Int64($0.replicaCount) } ?? 0
      progress.update(
        Int64(ready),
        total: wanted > 0 ? wanted : nil,
        note: EndpointText.progress(endpoint)
      )
      if endpoint.status == .inService { return endpoint }
      if endpoint.status == .failed { throw failure(endpoint) }
      let now = Instant.now
      let isFailing = !endpoint.targets.isEmpty && endpoint.targets.allSatisfy { $0.hasFailed }
      failingSince = isFailing ? failingSince ?? now : nil
      if let failingSince, now - failingSince > EndpointWait.failureLimit {
        throw failure(endpoint)
      }
      guard now < start + EndpointWait.serviceLimit else { throw late(endpoint) }
      try await Task.sleep(for: EndpointWait.interval)
    }
  }

  /// Returns when there is no such endpoint any more; false when it is still going after a minute.
  func untilGone() async throws -> Bool {
    let start = Instant.now
    while Instant.now < start + EndpointWait.deletionLimit {
      do {
        _ = try await describe()
      } catch let error as RPCError where error.code == .notFound {
        return true
      }
      try await Task.sleep(for: EndpointWait.interval)
    }
    return false
  }

  private func failure(_ endpoint: Endpoint) -> CommandError {
    CommandError(
      "endpoint \(name) failed: \(EndpointText.failure(endpoint))",
      remedy: "mend that and `martlet endpoints delete \(name)`, then deploy again; the hosts' "
        + "logs say more (`martlet status` tells where they are)",
      code: "ENDPOINT_FAILED"
    )
  }

  private func late(_ endpoint: Endpoint) -> CommandError {
    let words = EndpointText.failure(endpoint)
    return CommandError(
      "endpoint \(name) is not in service after \(ValueText.duration(EndpointWait.serviceLimit))"
        + (words.isEmpty ? "" : ": \(words)"),
      remedy: "it is still tried: look with `martlet endpoints \(name)` and `martlet status`",
      exit: .tryAgain
    )
  }
}

extension EndpointTarget {
  var hasFailed: Bool { replica?.state == .failed }
}
