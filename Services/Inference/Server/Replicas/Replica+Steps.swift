import Digests
import DurableFiles
import Glibc
import InferenceCore
import Logging
import Primitives
import Processes
import Protocols
import RPC
import RPCRuntime
import Synchronization
import Telemetry

extension Replica {
  /// Brings the files here, and lays them out under their own names.
  func fetch() async throws {
    switch description.source {
    case .folder: return
    case .store: break
    }
    let files = try entries()
    try await pin(files)
    var verified: Set<String> = []
    for file in files {
      let isNew = try await steps.cache.fetch(
        file.digest,
        byteCount: file.byteCount,
        account: identity.account
      )
      if isNew { verified.insert(file.path) }
    }
    let folder =
      state.withLock { $0.files.folder }
      ?? "\(steps.versionsFolder)/\(identity.manifestDigest.prefix(16))-\(steps.number())"
    let (cache, justVerified) = (steps.cache, verified)
    try await steps.executor.run {
      for file in files {
        let path = "\(folder)/\(file.path)"
        try Folder.make(Folder.parent(of: path), makingParents: true)
        unlink(path)
        guard link(cache.path(file.digest), path) == 0 else {
          throw FileError(.make, path, .system(errno))
        }
      }
    }
    state.withLock { state in
      state.files.folder = folder
      state.files.verified = justVerified
    }
  }

  /// Compares the digests of files that were not just fetched: a disk may have damaged them, and an
  /// operator may have changed them.
  func verify() async throws {
    let verified = state.withLock { $0.files.verified }
    let folder = try modelFolder()
    for file in try entries() where !verified.contains(file.path) {
      try Task.checkCancellation()
      let path = "\(folder)/\(file.path)"
      let found = try await steps.executor.run { try FileDigest.sha256(path: path) }
      guard found.digest != file.digest || found.byteCount != file.byteCount else { continue }
      if case .store = description.source { steps.cache.discard(file.digest) }
      throw ReplicaProblem(
        description: "\(path) is not the file that the manifest names: it has \(found.byteCount) "
          + "bytes and SHA-256 \(found.digest.hex), expected \(file.byteCount) bytes and "
          + "\(file.digest.hex)"
      )
    }
  }

  /// Starts the worker and has it read the model.
  func load() async throws {
    guard let engineFolder = steps.engineFolder,
      OpenVINOEngine.description(in: engineFolder) != nil
    else { throw ReplicaProblem(description: OpenVINOEngine.absence(in: steps.engineFolder)) }
    try Task.checkCancellation()
    let folder = try modelFolder()
    let worker = try ModelWorker(steps.worker, loop: steps.loop(steps.number())) {
      [logger, metrics] reason in
      metrics.stuck.add()
      logger.error("a model's worker is stuck and is ended", metadata: ["reason": "\(reason)"])
    }
    adopt(worker)
    let response: LoadModelResponse
    do throws(RPCError) {
      response = try await worker.load(
        LoadModelRequest(
          format: description.manifest.format,
          entryPath: "\(folder)/\(description.manifest.entryPath)",
          threadCount: UInt32(steps.worker.threadCount),
          expected: description.manifest.signature
        )
      )
    } catch {
      if error.code == .failedPrecondition { throw LastingError(description: error.message) }
      throw error
    }
    let form: ServingForm
    do throws(ServingForm.Problem) {
      form = try ServingForm(response.signature ?? Signature(), description.manifest)
    } catch {
      throw LastingError(description: error.description)
    }
    state.withLock { state in
      state.form = form
      state.engine = response.engine
    }
  }

  /// Free dimensions behind the first that are tried one after the other: many models of images
  /// and sequences cannot work on a single element.
  private static let freeSizes: [Int64] = [1, 32, 224]
  /// A tensor of the warm-up; a larger one is left for the first call.
  private static let warmUpBytes = 64 << 20

  /// Of one inference; a worker that needs longer is ended.
  private static let warmUpTimeout = Duration.seconds(60)

  /// One inference with zeros, so that the first call finds everything allocated, and a model that
  /// cannot answer at all never becomes ready.
  func warmUp() async throws {
    guard
      let (worker, form) = state.withLock({ state in
        state.worker.flatMap { worker in state.form.map { (worker, $0) } }
      })
    else { throw ReplicaProblem(description: "the model's worker ended") }
    let hasInner = form.inputs.contains { $0.hasInnerFreeDimensions }
    let sizes = hasInner ? Replica.freeSizes : [1]
    for (index, size) in sizes.enumerated() {
      do {
        let inputs = try form.inputs.map { try Replica.zeros($0.exampleShape(freeSize: size), $0) }
        _ = try await worker.infer(
          inputs,
          outputs: Array(form.outputs.indices),
          form,
          deadline: .now + Replica.warmUpTimeout
        )
        return
      } catch let error as RPCError where error.code == .invalidArgument {
        guard index == sizes.count - 1 else { continue }
        guard hasInner else { throw LastingError(description: Replica.warmUpFailure(error)) }
        // Which sizes it takes only its callers know.
        logger.info(
          "the warm-up found no size that fits",
          metadata: ["reason": "\(Replica.warmUpFailure(error))"]
        )
      } catch let error as RPCError where error.code == .internal {
        throw LastingError(description: Replica.warmUpFailure(error))
      }
    }
  }

  /// For operators, so with what the engine said.
  private static func warmUpFailure(_ error: RPCError) -> String {
    var error = error
    let text = EngineText.take(from: &error)
    return "its first inference failed: \(text ?? error.message)"
  }

  private static func zeros(_ shape: [Int64], _ form: TensorForm) throws -> TensorContent {
    let count = TensorCheck.elementCount(shape)?
      .multipliedReportingOverflow(by: form.type.byteCount ?? 1)
    guard let count, !count.overflow, count.partialValue <= warmUpBytes else {
      throw RPCError(.invalidArgument, "input \"\(form.name)\" is too large for a first inference")
    }
    let data = Bytes(capacity: count.partialValue) { target in
      target.initializeMemory(as: UInt8.self, repeating: 0)
      return count.partialValue
    }
    return TensorContent(shape: shape, data: data)
  }

  // MARK: Files

  private struct Entry: Sendable {
    let path: String
    let digest: SHA256Digest
    let byteCount: UInt64
  }

  private func entries() throws -> [Entry] {
    try description.manifest.files.map { file in
      guard let digest = file.sha256.withUnsafeBytes({ SHA256Digest(Array($0)) }) else {
        throw LastingError(description: "the manifest has no SHA-256 for \(file.path)")
      }
      return Entry(path: file.path, digest: digest, byteCount: file.sizeBytes)
    }
  }

  /// Keeps all files in the cache, or none.
  private func pin(_ files: [Entry]) async throws {
    guard state.withLock({ $0.files.pinned.isEmpty }) else { return }
    let cache = steps.cache
    let pinned = try await steps.executor.run {
      var pinned: [SHA256Digest] = []
      do throws(CacheIndex.Full) {
        for file in files {
          try cache.use(file.digest, byteCount: file.byteCount)
          pinned.append(file.digest)
        }
      } catch {
        for digest in pinned { cache.release(digest) }
        throw ReplicaProblem(
          description: "no room in the cache: a file of \(error.neededBytes) bytes, "
            + "\(error.inUseBytes) bytes are in use, and cache.budget is \(error.budgetBytes); "
            + "raise it, or serve fewer models on this host"
        )
      }
      return pinned
    }
    state.withLock { $0.files.pinned = pinned }
  }

  private func modelFolder() throws -> String {
    switch description.source {
    case .folder(let folder): return folder
    case .store:
      guard let folder = state.withLock({ $0.files.folder }) else {
        throw ReplicaProblem(description: "the model's files are not laid out")
      }
      return folder
    }
  }
}
