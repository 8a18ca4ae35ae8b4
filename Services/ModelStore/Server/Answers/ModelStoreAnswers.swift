import Digests
import DurableFiles
import Logging
import ModelStoreCore
import Persistence
import Primitives
import Protocols
import RPC
import RPCRuntime

/// The answers of `martlet.models.v1.ModelStore`. Safe from any task; nothing blocks the loop.
struct ModelStoreAnswers: ModelStoreService {
  let holder: StoreHolder
  private let logger = Logger(label: "martlet.model-store")

  init(holder: StoreHolder) { self.holder = holder }

  /// Runs an answer with the store's parts, and says its errors in the words of calls.
  func answer<Value>(_ body: (StoreParts) async throws -> Value) async throws -> Value {
    let parts = try holder.parts()
    do {
      return try await body(parts)
    } catch {
      // Callers hear of it too; whoever runs the service must.
      if error is FileError { logger.error("the disk failed", metadata: ["error": "\(error)"]) }
      throw ErrorMapping.translated(error)
    }
  }

  /// Whose things a call is about: a service on its own account, and an operator, have `default`.
  static func account(_ context: CallContext) throws(StoreProblem) -> String {
    guard let account = context.principal?.account else { return "default" }
    if let problem = ResourceName.problem(account) {
      throw .invalid("the account of the call's principal \(problem)")
    }
    return account
  }

  static func key(
    _ name: String,
    _ place: String,
    _ context: CallContext
  ) throws(StoreProblem) -> ModelKey {
    if let problem = ResourceName.problem(name) { throw .invalid("\(place): \(problem)") }
    return ModelKey(account: try account(context), name: name)
  }

  /// A blob of the account whose call it is.
  static func blob(_ sha256: Bytes, _ context: CallContext) throws(StoreProblem) -> BlobKey {
    _ = try digest(sha256)
    return BlobKey(account: try account(context), sha256: sha256)
  }

  static func digest(_ bytes: Bytes) throws(StoreProblem) -> SHA256Digest {
    guard let digest = SHA256Digest(bytes.array) else {
      throw .invalid("sha256: has \(bytes.count) bytes; a digest has 32")
    }
    return digest
  }
}
