import ModelStoreCore
import Primitives
import Protocols
import RPC
import RPCRuntime

/// What endpoints serve: they go on from copies of manifests, and their hosts fetch files by digest
/// whenever they need them, so both count as being referred to.
struct ServedVersions: Sendable, Equatable {
  private struct Version: Hashable {
    let model: ModelKey
    let number: UInt32
  }

  private var endpoints: [Version: Set<String>] = [:]
  private var digests: [String: Set<Bytes>] = [:]

  init() {}

  mutating func add(_ endpoint: Endpoint, of account: String) {
    for variant in endpoint.variants {
      let model = ModelKey(account: account, name: variant.model)
      let version = Version(model: model, number: variant.modelVersion)
      endpoints[version, default: []].insert(endpoint.name)
      digests[account, default: []].formUnion(variant.manifest?.files.map(\.sha256) ?? [])
    }
  }

  /// The digests that hosts may have to fetch for an account.
  func digests(of account: String) -> Set<Bytes> { digests[account] ?? [] }

  /// The names of the endpoints that serve a model, by version.
  func endpoints(of model: ModelKey) -> [UInt32: [String]] {
    var found: [UInt32: [String]] = [:]
    for (version, names) in endpoints where version.model == model {
      found[version.number] = names.sorted()
    }
    return found
  }
}

/// Asks the balancer, which has all endpoints.
struct EndpointDirectory: Sendable {
  static let timeout = Duration.seconds(10)
  private let client: EndpointsClient

  init(_ balancer: any CallChannel) { client = EndpointsClient(balancer) }

  /// What is served now.
  /// - Parameter wayOut: What the caller can do when the balancer is away, in words.
  /// - Throws: UNAVAILABLE when that cannot be said.
  func served(wayOut: String) async throws -> ServedVersions {
    // A task of its own: asked on the store's own account, and not on behalf of the call's
    // principal, which the balancer would not take from a store.
    let asking = Task.detached { [client] in try await EndpointDirectory.snapshot(client) }
    do {
      return try await withTaskCancellationHandler {
        try await asking.value
      } onCancel: {
        asking.cancel()
      }
    } catch let error as RPCError {
      throw RPCError(
        .unavailable,
        "the balancer cannot be asked which versions endpoints serve (\(error.message)); \(wayOut)",
        retryAfter: error.retryAfter ?? .seconds(1)
      )
    }
  }

  private static func snapshot(_ client: EndpointsClient) async throws -> ServedVersions {
    let options = CallOptions(timeout: timeout)
    return try await client.watchEndpoints(WatchEndpointsRequest(), options: options) { events in
      var served = ServedVersions()
      for try await event in events {
        switch event.event {
        case .changed(let changed)?:
          if let endpoint = changed.endpoint { served.add(endpoint, of: changed.account) }
        case .isSnapshotEnd?: return served
        // What goes while the list is being read is in it: it holds a little longer.
        case .deleted?, nil: break
        }
      }
      throw RPCError(.unavailable, "its list of endpoints broke off")
    }
  }
}
