import Digests
import Foundation
import InProcessTransport
import InferenceCore
import Primitives
import Protocols
import RPCRuntime
import SecureTransport
import Synchronization
import TestKit
import Testing
import Transport

@testable import InferenceServer

@Suite("What a replica leaves", .timeLimit(.minutes(1)))
struct ReplicaStepsTests {
  @Test("is given back even where the executor has no room for it at first")
  func fullExecutor() async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "martlet-steps-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let executor = BlockingExecutor(threadCount: 1, queueLimit: 1)
    let loops = LoopGroup(threadCount: 1)
    let nobody = ServiceChannel(
      to: .unix(path: "/store"),
      over: InProcessNetwork().client(as: .localProcess, loops: [ManualLoop()])
    )
    let steps = ReplicaSteps(
      cache: ModelCache(
        folder: "\(folder)/cache",
        budgetBytes: 100,
        source: BlobSource(ModelStoreClient(nobody), executor: executor),
        executor: executor
      ),
      versionsFolder: "\(folder)/versions",
      engineFolder: nil,
      worker: ModelWorker.Terms(
        worker: InferenceWorker.Terms(engineFolder: "", precision: .f32),
        threadCount: 0,
        addressSpaceBytes: nil,
        overrunLimit: .seconds(30),
        environment: [:]
      ),
      room: WorkGate.HostRoom(WorkRoom.Limits(callCount: 1, byteCount: 1)),
      replicaRoom: WorkRoom.Limits(callCount: 1, byteCount: 1),
      loops: loops,
      executor: executor
    )
    try steps.cache.open()
    let digest = SHA256Hasher.digest(Bytes("a"))
    try steps.cache.use(digest, byteCount: 80)
    let version = "\(folder)/versions/1"
    try FileManager.default.createDirectory(atPath: version, withIntermediateDirectories: true)

    // One piece of work is at it, and another one waits.
    let state = Held()
    let busy = Task {
      try await executor.run {
        state.isBusy.store(true, ordering: .releasing)
        while state.isHeld.load(ordering: .acquiring) { _ = sched_yield() }
      }
    }
    try await eventually("the thread is busy") { state.isBusy.load(ordering: .acquiring) }
    // Both run at once until they wait.
    let waiting = Task.immediate { try await executor.run {} }
    let removal = Task.immediate {
      await steps.remove(ReplicaFiles(pinned: [digest], folder: version))
    }
    #expect(steps.cache.usedBytes == 80)
    state.isHeld.store(false, ordering: .releasing)
    await removal.value
    #expect(steps.cache.usedBytes == 0)
    #expect(!FileManager.default.fileExists(atPath: version))
    for task in [busy, waiting] { try await task.value }
    await loops.shutdown()
  }
}

private final class Held: Sendable {
  let isHeld = Atomic(true)
  let isBusy = Atomic(false)
}
