import Protocols

/// Endpoints in words and tables for people.
enum EndpointText {
  static func list(_ endpoints: [Endpoint]) -> TextTable {
    var table = TextTable([
      .left("ENDPOINT"), .left("STATUS"), .left("KIND"), .left("MODEL"), .left("POLICY"),
      .right("READY"), .left("CREATED"),
    ])
    for endpoint in endpoints {
      table.add([
        endpoint.name, status(endpoint.status), kind(endpoint.kind), model(endpoint),
        policy(endpoint.policy), ready(endpoint),
        ValueText.time(unixMicroseconds: endpoint.createdUnixUs),
      ])
    }
    return table
  }

  static func write(_ endpoint: Endpoint, _ out: Terminal) {
    out.line(out.styled("endpoint \(endpoint.name)", .bold))
    let facts = [
      ("status", status(endpoint.status)),
      ("reason", endpoint.reason),
      ("kind", kind(endpoint.kind)),
      ("model", model(endpoint)),
      ("policy", policy(endpoint.policy)),
      ("created", ValueText.time(unixMicroseconds: endpoint.createdUnixUs)),
      ("updated", ValueText.time(unixMicroseconds: endpoint.updatedUnixUs)),
    ]
    for line in JobText.facts(facts) { out.line(line) }
    out.line()
    targets(endpoint.targets).write(to: out)
  }

  static func targets(_ targets: [EndpointTarget]) -> TextTable {
    var table = TextTable([
      .left("HOST"), .left("ADDRESS"), .left("REPLICA"), .left("READY"), .right("CALLS"),
      .left("FAILURE"),
    ])
    for target in targets {
      table.add([
        target.host, target.address, target.replica.map { state($0.state) } ?? "",
        target.isReady ? "yes" : "no", target.replica.map { String($0.callCount) } ?? "",
        target.replica?.failure ?? "",
      ])
    }
    return table
  }

  static func status(_ status: EndpointStatus) -> String {
    switch status {
    case .creating: "Creating"
    case .inService: "InService"
    case .failed: "Failed"
    case .updating: "Updating"
    case .rollingBack: "RollingBack"
    case .unspecified: "Unknown"
    case .unrecognized(let number): "Unknown (\(number))"
    }
  }

  static func kind(_ kind: EndpointKind) -> String {
    switch kind {
    case .managed: "managed"
    case .selfHosted: "self-hosted"
    case .unspecified: "unknown"
    case .unrecognized(let number): "unknown (\(number))"
    }
  }

  static func policy(_ policy: RoutingPolicy) -> String {
    switch policy {
    case .roundRobin: "round_robin"
    case .leastOutstandingRequests: "least_outstanding_requests"
    case .unspecified: ""
    case .unrecognized(let number): "unknown (\(number))"
    }
  }

  static func state(_ state: ReplicaState) -> String {
    switch state {
    case .fetching: "fetching"
    case .loading: "loading"
    case .warming: "warming"
    case .ready: "ready"
    case .draining: "draining"
    case .failed: "failed"
    case .unspecified: "unknown"
    case .unrecognized(let number): "unknown (\(number))"
    }
  }

  static func model(_ endpoint: Endpoint) -> String {
    guard let variant = endpoint.variants.first else { return "" }
    return variant.modelVersion == 0 ? variant.model : "\(variant.model):\(variant.modelVersion)"
  }

  /// `1 of 2`.
  static func ready(_ endpoint: Endpoint) -> String {
    let ready = endpoint.targets.count { $0.isReady }
    let wanted = Int(endpoint.variants.first?.replicaCount ?? 0)
    return "\(ready) of \(max(wanted, endpoint.targets.count))"
  }

  /// How far the hosts are, and what the endpoint waits for beside them: `inference-1 loading,
  /// inference-2 ready; a third host`.
  static func progress(_ endpoint: Endpoint) -> String {
    let hosts = endpoint.targets.map { target in
      let known = target.replica.map { state($0.state) } ?? "asked"
      return "\(target.host) \(target.isReady ? "ready" : known)"
    }
    return [hosts.joined(separator: ", "), endpoint.reason].filter { !$0.isEmpty }
      .joined(separator: "; ")
  }

  static func failed(_ endpoint: Endpoint) -> CommandError {
    CommandError(
      "endpoint \(endpoint.name) failed: \(failure(endpoint))",
      remedy: "mend that and `martlet endpoints delete \(endpoint.name)`, then deploy again; the "
        + "hosts' logs say more (`martlet status` tells where they are)",
      code: "ENDPOINT_FAILED"
    )
  }

  static func late(_ endpoint: Endpoint) -> CommandError {
    let words = failure(endpoint)
    let limit = ValueText.duration(EndpointProgress.serviceLimit)
    return CommandError(
      "endpoint \(endpoint.name) is not in service after \(limit), with \(ready(endpoint)) "
        + "replicas ready" + (words.isEmpty ? "" : ": \(words)"),
      remedy: "it is still tried: look with `martlet endpoints \(endpoint.name)` and "
        + "`martlet status`",
      exit: .tryAgain
    )
  }

  /// Why it does not serve, in the words of the balancer and the hosts.
  static func failure(_ endpoint: Endpoint) -> String {
    var words = endpoint.reason.isEmpty ? [] : [endpoint.reason]
    for target in endpoint.targets {
      guard let failure = target.replica?.failure, !failure.isEmpty else { continue }
      guard !endpoint.reason.contains(failure) else { continue }
      words.append("\(target.host): \(failure)")
    }
    return words.joined(separator: "; ")
  }
}
