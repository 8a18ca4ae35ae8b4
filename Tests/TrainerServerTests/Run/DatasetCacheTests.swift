import Digests
import DurableFiles
import Foundation
import Primitives
import Protocols
import RPCRuntime
import Synchronization
import Telemetry
import Testing

@testable import TrainerServer

@Suite("The cache of datasets' files", .timeLimit(.minutes(1)))
struct DatasetCacheTests {
  private let text = Bytes("a,b\n1,2\n")

  private var file: FileEntry {
    FileEntry(
      path: "data.csv",
      sizeBytes: UInt64(text.count),
      sha256: Bytes(SHA256Hasher.digest(text).bytes)
    )
  }

  private func cache(_ folder: String, budgetBytes: Int = 1 << 20) throws -> DatasetCache {
    try DatasetCache(
      folder: folder,
      budgetBytes: budgetBytes,
      executor: BlockingExecutor(),
      metrics: TrainerMetrics(MetricsRegistry())
    )
  }

  @Test("bytes that are not the dataset's are refused, leave nothing, and the next try gets them")
  func wrongBytes() async throws {
    let store = MisbehavingStore()
    try await store.run { client, folder in
      let cache = try cache(folder)
      let wrong: [[Bytes]] = [
        [Bytes("a,b\n1,3\n")], [Bytes("a,b\n")], [text, text], [],
      ]
      for chunks in wrong {
        store.state.withLock { $0.download = chunks }
        let error = await #expect(throws: StepError.self) {
          try await cache.withFiles([file], job: "j", from: client, CallOptions()) { _ in }
        }
        #expect(error?.isRetryable == true)
        #expect(try Folder.names(in: folder) == [])
      }
      store.state.withLock { $0.download = [text.slice(0..<3), text.slice(3..<text.count)] }
      try await cache.withFiles([file], job: "j", from: client, CallOptions()) { paths in
        let found = try String(contentsOfFile: paths[0], encoding: .utf8)
        #expect(found == "a,b\n1,2\n")
      }
      // It is here now, whatever the store would send.
      let count = store.state.withLock { state in
        state.download = []
        return state.downloadCount
      }
      try await cache.withFiles([file, file], job: "k", from: client, CallOptions()) { paths in
        #expect(paths[0] == paths[1])
      }
      #expect(store.state.withLock { $0.downloadCount } == count)
    }
  }

  @Test("above the budget the least recently used goes, and none that is in use")
  func budget() async throws {
    let store = MisbehavingStore()
    try await store.run { client, folder in
      let cache = try cache(folder, budgetBytes: 10)
      for (name, age) in [("old", 300), ("older", 600), ("new", 0)] {
        let path = "\(folder)/\(name)"
        try Data(count: 5).write(to: URL(filePath: path))
        let date = Date(timeIntervalSinceNow: -Double(age))
        try FileManager.default.setAttributes([.modificationDate: date], ofItemAtPath: path)
      }
      try cache.trim()
      #expect(try Folder.names(in: folder) == ["new", "old"])
      store.state.withLock { $0.download = [text] }
      try await cache.withFiles([file], job: "j", from: client, CallOptions()) { paths in
        try cache.trim()
        #expect(FileManager.default.fileExists(atPath: paths[0]))
      }
    }
  }

  @Test("what an earlier process left half done is gone at the start")
  func leftovers() async throws {
    try await TemporaryFolder.with { folder in
      try Data(count: 5).write(to: URL(filePath: "\(folder)/abc.j.part"))
      try Data(count: 5).write(to: URL(filePath: "\(folder)/abc"))
      _ = try cache(folder)
      #expect(try Folder.names(in: folder) == ["abc"])
    }
  }
}
