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

  /// So often a request looks again, when the endpoint came or went under it.
  private static let lookCount = 8

  func createEndpoint(
    _ request: CreateEndpointRequest,
    context: CallContext
  ) async throws -> CreateEndpointResponse {
    var spec = try EndpointSpec(request)
    let wish = try VersionWish(request.variants[0])
    let key = EndpointKey(
      account: EndpointsAnswers.account(context.principal),
      name: request.name
    )
    for _ in 0..<EndpointsAnswers.lookCount {
      if let existing = book.entry(key) {
        if let answer = try await compare(existing, spec, wish) { return answer }
      } else {
        let manifest: Manifest
        (spec.modelVersion, manifest) = try await models.resolve(spec.model, wish)
        if let answer = try await make(key, spec, wish, manifest) { return answer }
        spec.modelVersion = 0
      }
      await Task.yield()
    }
    throw EndpointErrors.isChanging(request.name)
  }

  /// Answers from the endpoint that is there; nil when it went meanwhile.
  private func compare(
    _ existing: EndpointEntry,
    _ spec: EndpointSpec,
    _ wish: VersionWish
  ) async throws -> CreateEndpointResponse? {
    let isSameWish: Bool
    switch CreateDecision(existing: existing.record, spec: spec, wish: wish) {
    case .exists: return CreateEndpointResponse(endpoint: Endpoint(existing), existed: true)
    case .compare(let same): isSameWish = same
    case .conflict(let difference): throw EndpointErrors.exists(existing.name, difference)
    }
    var spec = spec
    do throws(RPCError) {
      spec.modelVersion = try await models.resolve(spec.model, wish).version
    } catch {
      // The very same request as before: what it made is there, whatever the store is doing.
      guard isSameWish, error.code == .unavailable else { throw error }
      spec.modelVersion = existing.record.spec.modelVersion
    }
    guard let now = book.entry(id: existing.record.id) else { return nil }
    if let difference = now.record.spec.difference(from: spec) {
      throw EndpointErrors.exists(existing.name, difference)
    }
    return CreateEndpointResponse(endpoint: Endpoint(now), existed: true)
  }

  /// Makes the endpoint; nil when another request was quicker, and the book has it in a moment.
  private func make(
    _ key: EndpointKey,
    _ spec: EndpointSpec,
    _ wish: VersionWish,
    _ manifest: Manifest
  ) async throws -> CreateEndpointResponse? {
    let now = WallClock.nowUnixMicroseconds
    let record = EndpointRecord(
      key: key,
      id: TimeOrderedID.make(),
      spec: spec,
      wish: wish,
      manifest: manifest.encoded(),
      phase: .creating,
      createdUnixMicroseconds: now,
      updatedUnixMicroseconds: now,
      revision: 1
    )
    let entry = EndpointEntry(record, manifest: manifest, metrics: EndpointMetrics(key, metrics))
    // Detached: in the book when it is on disk, also when the caller gives up in between.
    let outcome = try await Task.detached { [store, book, limit] in
      let outcome = try await store.create(record, limit: limit)
      if case .created = outcome { book.insert(entry) }
      return outcome
    }
    .value
    switch outcome {
    case .full:
      throw RPCError(
        .resourceExhausted,
        "there are \(limit) endpoints, which is the limit; delete some, or raise endpoints.limit"
      )
    case .existing: return nil
    case .created: break
    }
    wakeReconciler()
    logger.notice(
      "an endpoint was created",
      metadata: [
        "endpoint": "\(key)", "id": "\(record.id)", "kind": "\(spec.kind.words)",
        "model": "\(spec.model)", "version": "\(spec.modelVersion)",
      ]
    )
    return CreateEndpointResponse(endpoint: Endpoint(entry))
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
    let entry = try find(request.name, context)
    // Detached: gone from the book when it is from the disk, also when the caller gives up.
    let wasThere = try await Task.detached { [store, book] in
      defer { wakeReconciler() }
      let wasThere = try await store.remove(entry.record)
      book.remove(id: entry.record.id)
      return wasThere
    }
    .value
    // Another request deleted it a moment ago.
    guard wasThere else { throw EndpointErrors.missing(request.name) }
    logger.notice(
      "an endpoint was deleted",
      metadata: ["endpoint": "\(entry.record.key)", "id": "\(entry.record.id)"]
    )
    return DeleteEndpointResponse()
  }

  private func find(_ name: String, _ context: CallContext) throws(RPCError) -> EndpointEntry {
    let key = EndpointKey(account: EndpointsAnswers.account(context.principal), name: name)
    guard let entry = book.entry(key) else { throw EndpointErrors.missing(name) }
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
