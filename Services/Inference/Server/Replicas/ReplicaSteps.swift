import Digests
import DurableFiles
import Glibc
import InferenceCore
import Primitives
import Processes
import Protocols
import RPC
import RPCRuntime
import SecureTransport
import Synchronization

/// What a replica has laid hands on, until it is unloaded.
struct ReplicaFiles: Sendable {
  /// Of the cache.
  var pinned: [SHA256Digest] = []
  /// The folder in which its files lie under their own names; nil before, and when it is the
  /// operator's.
  var folder: String?
  /// Paths of files whose digest was just compared.
  var verified: Set<String> = []
}

/// What the steps of all replicas of a host need.
final class ReplicaSteps: Sendable {
  let cache: ModelCache
  let versionsFolder: String
  let executor: BlockingExecutor
  let engineFolder: String?
  let worker: ModelWorker.Terms
  let room: WorkGate.HostRoom
  /// Of each replica.
  let replicaRoom: WorkRoom.Limits
  private let loops: LoopGroup
  private let nextNumber = Atomic(0)

  init(
    cache: ModelCache,
    versionsFolder: String,
    engineFolder: String?,
    worker: ModelWorker.Terms,
    room: WorkGate.HostRoom,
    replicaRoom: WorkRoom.Limits,
    loops: LoopGroup,
    executor: BlockingExecutor
  ) {
    self.cache = cache
    self.versionsFolder = versionsFolder
    self.engineFolder = engineFolder
    self.worker = worker
    self.room = room
    self.replicaRoom = replicaRoom
    self.loops = loops
    self.executor = executor
  }

  /// A number for names and for spreading workers over the loops.
  func number() -> Int { nextNumber.add(1, ordering: .relaxed).oldValue }

  func loop(_ number: Int) -> NIOLoop { loops.loops[number % loops.loops.count] }

  /// Gives back what a replica held, as soon as the executor takes the work: room that is not given
  /// back is lost to this host until its next start. Nobody may cancel the task.
  func remove(_ files: ReplicaFiles) async {
    while true {
      do {
        return try await executor.run { [cache] in
          if let folder = files.folder { try? Folder.remove(folder) }
          for digest in files.pinned { cache.release(digest) }
        }
      } catch {
        // It is full, and says so.
        try? await Task.sleep(for: (error as? RPCError)?.retryAfter ?? .milliseconds(100))
      }
    }
  }

  /// How a step's error counts.
  static func failure(_ error: any Error) -> ReplicaLifecycle.Failure {
    switch error {
    case let error as LastingError: .lasting(error.description)
    case let error as RPCError: .passing(error.message)
    default: .passing("\(error)")
    }
  }
}

/// A failure that another attempt cannot change.
struct LastingError: Error, Equatable, CustomStringConvertible {
  let description: String
}
