import BalancerCore
import Logging
import Persistence
import Primitives
import Protocols
import RPC
import RPCRuntime
import Telemetry
import WireCodec

/// Answers `martlet.endpoints.v1.Endpoints`.
struct EndpointsAnswers: EndpointsService {
  /// Whose call it is that says nothing of it: an operator's, a service's own.
  static let usualAccount = "default"

  let book: EndpointBook
  let store: any EndpointStore
  let models: ModelVersions
  let limit: Int
  let metrics: MetricsRegistry
  let hosts: @Sendable () async -> [Host]
  /// Something is to be done for endpoints.
  let wakeReconciler: @Sendable () -> Void
  let logger = Logger(label: "martlet.endpoints")

  static func account(_ principal: Principal?) -> String { principal?.account ?? usualAccount }

  func createEndpoint(
    _ request: CreateEndpointRequest,
    context: CallContext
  ) async throws -> CreateEndpointResponse {
    var spec = try EndpointSpec(request)
    let wish = try VersionWish(request.variants[0])
    let account = EndpointsAnswers.account(context.principal)
    let existing = book.entry(request.name)
    let isSameWish: Bool
    switch CreateDecision(
      existing: existing?.record,
      account: account,
      spec: spec,
      wish: wish
    ) {
    case .make: isSameWish = false
    case .exists: return try existed(request.name)
    case .compare(let same): isSameWish = same
    case .conflict(let difference): throw EndpointErrors.exists(request.name, difference)
    case .beingDeleted: throw EndpointErrors.beingDeleted(request.name)
    }
    let manifest: Manifest
    do throws(RPCError) {
      (spec.modelVersion, manifest) = try await models.resolve(spec.model, wish)
    } catch {
      // The very same request as before: what it made is there, whatever the store is doing.
      if isSameWish, error.code == .unavailable { return try existed(request.name) }
      throw error
    }
    if let existing {
      if let difference = existing.record.spec.difference(from: spec) {
        throw EndpointErrors.exists(request.name, difference)
      }
      return try existed(request.name)
    }
    return try await make(request.name, account, spec, wish, manifest)
  }

  private func make(
    _ name: String,
    _ account: String,
    _ spec: EndpointSpec,
    _ wish: VersionWish,
    _ manifest: Manifest
  ) async throws -> CreateEndpointResponse {
    let now = WallClock.nowUnixMicroseconds
    let record = EndpointRecord(
      key: EndpointKey(account: account, name: name),
      id: TimeOrderedID.make(),
      spec: spec,
      wish: wish,
      manifest: manifest.encoded(),
      phase: .creating,
      createdUnixMicroseconds: now,
      updatedUnixMicroseconds: now,
      revision: 1
    )
    switch try await store.create(record, limit: limit) {
    case .full:
      throw RPCError(
        .resourceExhausted,
        "there are \(limit) endpoints, which is the limit; delete some, or raise endpoints.limit"
      )
    case .existing(let other):
      // Two requests at once: the other one came first.
      guard other.key.account == account else {
        throw EndpointErrors.exists(name, "the name is taken; choose another")
      }
      if other.phase == .deleting { throw EndpointErrors.beingDeleted(name) }
      if let difference = other.spec.difference(from: spec) {
        throw EndpointErrors.exists(name, difference)
      }
      book.insert(EndpointEntry(other, manifest: manifest, metrics: EndpointMetrics(name, metrics)))
      return try existed(name)
    case .created: break
    }
    let entry = EndpointEntry(record, manifest: manifest, metrics: EndpointMetrics(name, metrics))
    book.insert(entry)
    wakeReconciler()
    logger.notice(
      "an endpoint was created",
      metadata: [
        "endpoint": "\(record.key)", "kind": "\(spec.kind.words)",
        "model": "\(spec.model)", "version": "\(spec.modelVersion)",
      ]
    )
    return CreateEndpointResponse(endpoint: Endpoint(entry))
  }

  private func existed(_ name: String) throws(RPCError) -> CreateEndpointResponse {
    // It may have been deleted since it was looked at.
    guard let entry = book.entry(name) else { throw EndpointErrors.beingDeleted(name) }
    return CreateEndpointResponse(endpoint: Endpoint(entry), existed: true)
  }

  func describeEndpoint(
    _ request: DescribeEndpointRequest,
    context: CallContext
  ) async throws -> DescribeEndpointResponse {
    let entry = try find(request.name, context)
    return DescribeEndpointResponse(endpoint: Endpoint(entry))
  }

  func listEndpoints(
    _ request: ListEndpointsRequest,
    context: CallContext
  ) async throws -> ListEndpointsResponse {
    let account = EndpointsAnswers.account(context.principal)
    let after = try PageToken.key(request.pageToken)
    let size = PageToken.pageSize(request.pageSize)
    var page: [Endpoint] = []
    var bytes = 0
    for entry in book.all where entry.record.key.account == account {
      if let after, entry.name <= after { continue }
      // A page ends early rather than being too large for a message.
      bytes += entry.record.manifest.count + 4096
      if page.count == size || (!page.isEmpty && bytes > EndpointsAnswers.pageLimitBytes) {
        return ListEndpointsResponse(
          endpoints: page,
          nextPageToken: PageToken.make(page.last?.name ?? "")
        )
      }
      page.append(Endpoint(entry))
    }
    return ListEndpointsResponse(endpoints: page)
  }

  private static let pageLimitBytes = 8 << 20

  func deleteEndpoint(
    _ request: DeleteEndpointRequest,
    context: CallContext
  ) async throws -> DeleteEndpointResponse {
    // Again when the endpoint's row changed under the request, which it seldom does.
    for _ in 0..<8 {
      let entry = try find(request.name, context)
      var machine = entry.machine
      switch machine.deletionRequested() {
      case .isUnderWay: return DeleteEndpointResponse()
      case .drain: break
      }
      let changed = try await store.setPhase(
        .deleting,
        of: entry.record,
        unixMicroseconds: WallClock.nowUnixMicroseconds
      )
      guard let changed else {
        await Task.yield()
        continue
      }
      book.update(entry.name, id: entry.record.id) { entry in
        entry.record = changed
        entry.machine = machine
      }
      wakeReconciler()
      logger.notice("an endpoint is deleted", metadata: ["endpoint": "\(entry.record.key)"])
      return DeleteEndpointResponse()
    }
    throw RPCError(
      .aborted,
      "endpoint \(request.name) changes all the time; delete it again",
      retryAfter: .seconds(1)
    )
  }

  private func find(_ name: String, _ context: CallContext) throws(RPCError) -> EndpointEntry {
    let account = EndpointsAnswers.account(context.principal)
    guard let entry = book.entry(name, of: account) else { throw EndpointErrors.missing(name) }
    return entry
  }

  func watchEndpoints(
    _ request: WatchEndpointsRequest,
    to responses: ResponseWriter<WatchEndpointsResponse>,
    context: CallContext
  ) async throws {
    let (number, snapshot, wakes) = try book.watch()
    defer { book.unwatch(number) }
    for change in snapshot { try await responses.write(WatchEndpointsResponse(change)) }
    try await responses.write(WatchEndpointsResponse(event: .isSnapshotEnd(true)))
    for await _ in wakes {
      for change in book.changes(for: number) {
        try await responses.write(WatchEndpointsResponse(change))
      }
    }
    // Either the watcher has left or the balancer goes.
    try Task.checkCancellation()
    throw RPCError(
      .unavailable,
      "the balancer is going away; watch again later",
      retryAfter: .seconds(1)
    )
  }

  func listHosts(
    _ request: ListHostsRequest,
    context: CallContext
  ) async throws -> ListHostsResponse {
    ListHostsResponse(hosts: await hosts())
  }
}

extension WatchEndpointsResponse {
  fileprivate init(_ change: EndpointBook.Change) {
    switch change {
    case .changed(let account, let endpoint):
      self.init(event: .changed(.init(account: account, endpoint: endpoint)))
    case .deleted(let account, let name):
      self.init(event: .deleted(.init(account: account, name: name)))
    }
  }
}
