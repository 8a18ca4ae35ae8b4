import Digests
import ModelStoreCore
import Primitives
import Protocols
import RPC
import Telemetry

/// The garbage of an account: blobs that no version, dataset or endpoint refers to, for longer than
/// the grace. Which these are says `CollectionPlan`; a run removes what a plan before it has shown,
/// if nothing has changed.
struct GarbageCollection {
  private static let pageCount = 1000

  let parts: StoreParts
  let account: String

  private func newPlan() async throws -> CollectionPlan {
    let served = try await parts.endpoints.served(wayOut: "nothing is removed; try again")
    return CollectionPlan(
      nowUnixMicroseconds: WallClock.nowUnixMicroseconds,
      grace: parts.garbageGrace,
      served: served.digests(of: account)
    )
  }

  /// Changes nothing.
  func described() async throws -> DescribeGarbageResponse {
    var plan = try await newPlan()
    var listed: [UnusedBlob] = []
    try await forEachUnused { blob in
      if plan.consider(blob) == .collect, listed.count < StoreLimits.listedGarbageCount {
        listed.append(
          UnusedBlob(
            sha256: blob.sha256,
            sizeBytes: blob.sizeBytes,
            unusedSinceUnixUs: blob.renewedUnixMicroseconds
          )
        )
      }
      return true
    }
    return DescribeGarbageResponse(
      blobCount: plan.garbage.blobCount,
      blobBytes: plan.garbage.blobBytes,
      blobs: listed,
      recentBlobCount: plan.recent.blobCount,
      recentBlobBytes: plan.recent.blobBytes,
      graceSeconds: UInt64(parts.garbageGrace.wholeMicroseconds / 1_000_000)
    )
  }

  /// Removes at most `StoreLimits.collectedBlobCount` blobs; a cancelled one has removed a part.
  func run() async throws -> CollectGarbageResponse {
    var plan = try await newPlan()
    var response = CollectGarbageResponse()
    try await forEachUnused { blob in
      switch plan.consider(blob) {
      // All that follow are as young or younger.
      case .tooRecent: return false
      case .served: return true
      case .collect:
        if response.blobCount == UInt64(StoreLimits.collectedBlobCount) {
          response.continues = true
          return false
        }
        try Task.checkCancellation()
        try await remove(blob, &response)
        return true
      }
    }
    return response
  }

  private func remove(
    _ blob: StoredBlob,
    _ response: inout CollectGarbageResponse
  ) async throws {
    let removal = try await parts.blobs.remove(ModelStoreAnswers.digest(blob.sha256)) {
      try await parts.catalog.removeBlob(blob, of: account)
    }
    switch removal {
    case .kept: return
    case .sharedBytes: break
    case .lastOwner: response.freedBytes += blob.sizeBytes
    }
    response.blobCount += 1
    response.blobBytes += blob.sizeBytes
    parts.metrics.collectedBlobs.add(1)
    parts.metrics.collectedBytes.add(blob.sizeBytes)
  }

  /// Calls `body` for each unused blob, longest unused first, until it answers false.
  private func forEachUnused(
    _ body: (StoredBlob) async throws -> Bool
  ) async throws {
    var last: StoredBlob?
    while true {
      let page = try await parts.catalog.unusedBlobs(
        of: account,
        after: last,
        count: GarbageCollection.pageCount
      )
      for blob in page {
        guard try await body(blob) else { return }
      }
      guard page.count == GarbageCollection.pageCount else { return }
      last = page.last
    }
  }

  /// Removes the bytes that no account has: what an upload left that ended between its blob's
  /// appearance and the note whose it is. Answers how many.
  static func removeUnowned(_ parts: StoreParts) async throws -> Int {
    var count = 0
    try await parts.blobs.forEachPart { digests in
      for digest in try await parts.catalog.unownedBlobs(digests) {
        // Asked again, now that nobody can publish it.
        let removal = try await parts.blobs.remove(digest) {
          try await parts.catalog.unownedBlobs([digest]).isEmpty ? .kept : .lastOwner
        }
        if removal == .lastOwner { count += 1 }
      }
    }
    return count
  }
}
