import BalancerCore
import Primitives
import Protocols
import RPC
import RPCRuntime
import WireCodec

/// Looks up in the model store what a request means.
struct ModelVersions: Sendable {
  /// Hosts get all their manifests in one message, so one must be small beside it.
  static let manifestLimitBytes = 512 << 10

  let store: ModelStoreClient

  init(_ channel: any CallChannel) { store = ModelStoreClient(channel) }

  /// - Throws: NOT_FOUND, FAILED_PRECONDITION, or UNAVAILABLE when the store cannot be asked.
  func resolve(
    _ model: String,
    _ wish: VersionWish
  ) async throws(RPCError) -> (version: UInt32, manifest: Manifest) {
    let answer: DescribeVersionResponse
    do throws(RPCError) {
      answer = try await store.describeVersion(
        DescribeVersionRequest(model: model, version: wish.version, alias: wish.alias)
      )
    } catch {
      throw ModelVersions.explained(error)
    }
    guard let version = answer.version, version.version > 0, let manifest = version.manifest else {
      throw RPCError(.internal, "the model store described no version of model \(model)")
    }
    let bytes = manifest.encoded().count
    guard bytes <= ModelVersions.manifestLimitBytes else {
      throw RPCError(
        .failedPrecondition,
        "the manifest of \(model) version \(version.version) has \(bytes) bytes; a model that is "
          + "deployed has at most \(ModelVersions.manifestLimitBytes): shorten its card or labels"
      )
    }
    return (version.version, manifest)
  }

  private static func explained(_ error: RPCError) -> RPCError {
    var error = error
    switch error.code {
    case .unavailable, .deadlineExceeded:
      error.message = "the model store cannot be asked which version is meant: \(error.message)"
      error.retryAfter = error.retryAfter ?? .seconds(1)
      // Of this call a handler has seen much.
      error.isNotStarted = false
    default: error.message = "variants[0]: \(error.message)"
    }
    return error
  }
}
