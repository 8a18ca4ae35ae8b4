import DurableFiles
import Glibc
import InferenceCore
import Logging
import Primitives
import Protocols
import RPCRuntime
import ServiceRuntime
import Synchronization
import WireCodec

/// What a self-hosted host serves: the folders of its models folder, each named after an endpoint
/// and appearing whole by a rename. Looked at each second, and on SIGHUP.
public final class SelfHostedModels: Component {
  public let name = "models folder"
  private let folder: String
  private let host: ReplicaHost
  private let executor: BlockingExecutor
  private let logger = Logger(label: "martlet.inference.models")
  private let scan = Mutex(FolderScan())

  /// How often the folder is looked at.
  static let interval = Duration.seconds(1)

  init(folder: String, host: ReplicaHost, executor: BlockingExecutor) {
    self.folder = folder
    self.host = host
    self.executor = executor
  }

  public func run(_ lifecycle: ComponentLifecycle) async throws {
    try await look()
    lifecycle.started()
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await lifecycle.drainRequested() }
      group.addTask { [self] in
        while !Task.isCancelled {
          do { try await Task.sleep(for: SelfHostedModels.interval) } catch { return }
          do {
            try await look()
          } catch {
            logger.warning("the models folder was not read", metadata: ["reason": "\(error)"])
          }
        }
      }
      await group.next()
      group.cancelAll()
    }
  }

  public func reload() async throws { try await look() }

  /// Reads the folder and tells the host what is wanted.
  private func look() async throws {
    let (folder, host) = (folder, host)
    let news = try await executor.run { [self] in
      try scan.withLock { scan -> [ReplicaReport] in
        let hasChanged = try scan.update(folder)
        guard hasChanged else { return [] }
        host.want(scan.descriptions, refused: scan.refused)
        return scan.takeNewRefusals()
      }
    }
    for report in news {
      logger.error(
        "a model's folder cannot be served",
        metadata: ["endpoint": "\(report.endpoint)", "reason": "\(report.failure)"]
      )
    }
  }
}

/// What a models folder held when it was last looked at. Blocks.
struct FolderScan {
  /// Of one endpoint's folder.
  private struct Entry {
    var mark: Mark
    var outcome: Result<ReplicaDescription, ReplicaProblem>
    var isTold = false
  }

  /// Changes when the folder or what describes it is replaced.
  private struct Mark: Equatable {
    var folder: FileMark?
    var manifest: FileMark?
    var attribute: FileMark?
  }

  static let manifestName = "manifest.binpb"
  static let attributeName = "replica.binpb"
  static let manifestBytes = 16 << 20

  private var entries: [String: Entry] = [:]
  private var isFirst = true

  /// Sorted by endpoint.
  var descriptions: [ReplicaDescription] {
    entries.sorted { $0.key < $1.key }.compactMap { try? $0.value.outcome.get() }
  }

  var refused: [ReplicaReport] {
    entries.sorted { $0.key < $1.key }.compactMap { name, entry in
      guard case .failure(let problem) = entry.outcome else { return nil }
      return ReplicaReport(endpoint: name, state: .failed, failure: problem.description)
    }
  }

  /// Each refusal once.
  mutating func takeNewRefusals() -> [ReplicaReport] {
    let news = refused.filter { entries[$0.endpoint]?.isTold == false }
    for name in entries.keys { entries[name]?.isTold = true }
    return news
  }

  /// - Returns: Whether anything is different from the last look.
  mutating func update(_ folder: String) throws(FileError) -> Bool {
    var found: [String: Entry] = [:]
    var hasChanged = isFirst
    isFirst = false
    // Names with a dot in front are folders that are being written.
    for name in try Folder.names(in: folder) where !name.hasPrefix(".") {
      let path = "\(folder)/\(name)"
      let mark = Mark(
        folder: FileMark(path),
        manifest: FileMark("\(path)/\(FolderScan.manifestName)"),
        attribute: FileMark("\(path)/\(FolderScan.attributeName)")
      )
      guard mark.folder?.isFolder == true else { continue }
      if let known = entries[name], known.mark == mark {
        found[name] = known
      } else {
        hasChanged = true
        found[name] = Entry(mark: mark, outcome: FolderScan.read(path, endpoint: name))
      }
    }
    if found.count != entries.count { hasChanged = true }
    entries = found
    return hasChanged
  }

  private static func read(
    _ path: String,
    endpoint: String
  ) -> Result<ReplicaDescription, ReplicaProblem> {
    do throws(ReplicaProblem) {
      if let problem = ResourceName.problem(endpoint) {
        throw ReplicaProblem(
          description: "\(path): the folder's name is the endpoint's, and \(problem)"
        )
      }
      let manifest: Manifest = try decode("\(path)/\(manifestName)") {
        (problem) throws(ReplicaProblem) in throw problem
      }
      if let problem = ManifestCheck.problem(manifest) {
        throw ReplicaProblem(description: "\(path)/\(manifestName): \(problem)")
      }
      let attribute: ReplicaAttribute = try decode("\(path)/\(attributeName)") {
        (_) throws(ReplicaProblem) in ReplicaAttribute(model: endpoint)
      }
      return .success(
        try ReplicaDescription(
          copyIn: path,
          endpoint: endpoint,
          attribute: attribute,
          manifest: manifest
        )
      )
    } catch {
      return .failure(error)
    }
  }

  private static func decode<Message: WireMessage>(
    _ path: String,
    absent: (ReplicaProblem) throws(ReplicaProblem) -> Message
  ) throws(ReplicaProblem) -> Message {
    let bytes: Bytes?
    do throws(FileError) {
      bytes = try SmallFile.read(path, limitBytes: manifestBytes)
    } catch {
      throw ReplicaProblem(description: "\(error)")
    }
    guard let bytes else { return try absent(ReplicaProblem(description: "\(path) is missing")) }
    guard let message = try? Message(decoding: bytes) else {
      throw ReplicaProblem(description: "\(path) is not an encoded \(Message.messageName)")
    }
    return message
  }
}

/// What the system says of a file that tells whether it is still the same.
private struct FileMark: Equatable {
  var device: UInt64
  var inode: UInt64
  var byteCount: Int64
  var seconds: Int
  var nanoseconds: Int
  var isFolder: Bool

  /// Nil when there is nothing.
  init?(_ path: String) {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    device = UInt64(status.st_dev)
    inode = UInt64(status.st_ino)
    byteCount = Int64(status.st_size)
    seconds = status.st_mtim.tv_sec
    nanoseconds = status.st_mtim.tv_nsec
    isFolder = status.st_mode & S_IFMT == S_IFDIR
  }
}
