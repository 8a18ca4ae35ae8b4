import Digests
import DurableFiles
import Foundation
import InProcessTransport
import InferenceCore
import Primitives
import Protocols
import RPCRuntime
import Testing
import Transport

@testable import InferenceServer

/// What lies in the cache's folder. Nothing is fetched here; that is for the contract tests, where
/// a real store is.
@Suite("The cache of model files on disk")
struct ModelCacheTests {
  private let digests = ["a", "b", "c"].map { SHA256Hasher.digest(Bytes($0)) }

  private func withCache(
    budgetBytes: UInt64,
    _ body: (ModelCache, URL) throws -> Void
  ) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "martlet-cache-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try body(make(folder, budgetBytes: budgetBytes), folder)
  }

  private func make(_ folder: URL, budgetBytes: UInt64) -> ModelCache {
    let executor = BlockingExecutor(threadCount: 1)
    let nobody = ServiceChannel(
      to: .unix(path: "/store"),
      over: InProcessNetwork().client(as: .localProcess, loops: [ManualLoop()])
    )
    return ModelCache(
      folder: folder.path,
      budgetBytes: budgetBytes,
      source: BlobSource(ModelStoreClient(nobody), executor: executor),
      executor: executor
    )
  }

  private func write(_ count: Int, _ digest: SHA256Digest, _ suffix: String, in folder: URL) throws
  {
    try Data(repeating: 1, count: count)
      .write(to: folder.appending(path: digest.hex + suffix))
  }

  private func names(in folder: URL) throws -> Set<String> {
    Set(try FileManager.default.contentsOfDirectory(atPath: folder.path))
  }

  @Test("what has come of a file counts, and goes when its room is needed")
  func parts() throws {
    try withCache(budgetBytes: 100) { cache, folder in
      try cache.open()
      try cache.use(digests[0], byteCount: 80)
      try write(60, digests[0], ".part", in: folder)
      cache.release(digests[0])
      #expect(cache.usedBytes == 60)
      try cache.use(digests[1], byteCount: 40)
      #expect(try names(in: folder) == [digests[0].hex + ".part"])
      cache.release(digests[1])
      #expect(cache.usedBytes == 60)
      try cache.use(digests[2], byteCount: 50)
      #expect(try names(in: folder) == [])
      #expect(cache.usedBytes == 50)
    }
  }

  @Test("two fetches at once cannot both count on the same room")
  func reservation() throws {
    try withCache(budgetBytes: 100) { cache, _ in
      try cache.open()
      try cache.use(digests[0], byteCount: 60)
      let full = #expect(throws: CacheIndex.Full.self) {
        try cache.use(digests[1], byteCount: 60)
      }
      #expect(full?.inUseBytes == 60)
      cache.release(digests[0])
      try cache.use(digests[1], byteCount: 60)
    }
  }

  @Test("files and parts of an earlier start count; a part beside its whole file is removed")
  func earlier() throws {
    try withCache(budgetBytes: 100) { cache, folder in
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try write(30, digests[0], "", in: folder)
      try write(20, digests[0], ".part", in: folder)
      try write(40, digests[1], ".part", in: folder)
      try Data().write(to: folder.appending(path: "readme"))
      try cache.open()
      #expect(cache.usedBytes == 70)
      #expect(
        try names(in: folder) == [digests[0].hex, digests[1].hex + ".part", "readme"]
      )
      // The rest of the part's room is reserved, which the whole file makes.
      try cache.use(digests[1], byteCount: 90)
      #expect(try names(in: folder) == [digests[1].hex + ".part", "readme"])
      #expect(cache.usedBytes == 90)
    }
  }

  @Test("a smaller budget than what lies there removes the least recently used")
  func smallerBudget() throws {
    try withCache(budgetBytes: 45) { cache, folder in
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try write(30, digests[0], "", in: folder)
      try write(40, digests[1], ".part", in: folder)
      try cache.open()
      #expect(cache.usedBytes <= 45 && cache.usedBytes > 0)
      #expect(try names(in: folder).count == 1)
    }
  }
}
