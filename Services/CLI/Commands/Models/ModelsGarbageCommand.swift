import ArgumentParser
import Protocols

/// `martlet models gc`.
struct ModelsGarbageCommand: ConsoleCommand {
  static let configuration = CommandConfiguration(
    commandName: "gc",
    abstract: "Shows which files of the store nothing refers to, and removes them with --run.",
    discussion: """
      Files belong to model versions and datasets; when the last of those is deleted, or an upload
      was never finished, they are left over. What was in use a short while ago stays.

      Examples:
        martlet models gc
        martlet models gc --run
      """
  )

  @Flag(help: "Removes them; without it nothing changes.")
  var run = false

  @OptionGroup(title: "Everywhere") var global: GlobalOptions

  /// Calls of one collection; a store that always says that it goes on is not followed for ever.
  private static let callLimit = 10_000

  func run(_ console: Console) async throws {
    if run { return try await collect(console) }
    let plan = try await console.withSession { session in
      let patience = Patience()
      return try await patience.repeating {
        try await session.modelStore.describeGarbage(DescribeGarbageRequest())
      }
    }
    try console.present(Plan(plan)) { out in
      let grace = ValueText.duration(.seconds(Int64(clamping: plan.graceSeconds)))
      let size = ValueText.bytes(Int64(clamping: plan.blobBytes))
      if plan.blobCount == 0 {
        out.line("nothing to remove")
      } else {
        out.line("unused files: \(plan.blobCount), \(size). Remove them: martlet models gc --run")
      }
      if plan.recentBlobCount > 0 {
        let recent = ValueText.bytes(Int64(clamping: plan.recentBlobBytes))
        out.line("unused for less than \(grace), and kept: \(plan.recentBlobCount), \(recent)")
      }
    }
  }

  private func collect(_ console: Console) async throws {
    var collected = Collected()
    let progress = ProgressLine(console, "removing", total: nil, unit: .count("files"))
    try await console.withSession { session in
      let patience = Patience()
      for _ in 0..<Self.callLimit {
        let answer = try await patience.repeating {
          try await session.modelStore.collectGarbage(CollectGarbageRequest())
        }
        collected.blobCount &+= answer.blobCount
        collected.blobBytes &+= answer.blobBytes
        collected.freedBytes &+= answer.freedBytes
        progress.update(Int64(clamping: collected.blobCount))
        if !answer.continues { return }
      }
    }
    progress.clear()
    let result = collected
    try console.present(result) { out in
      let freed = ValueText.bytes(Int64(clamping: result.freedBytes))
      out.line("removed \(result.blobCount) unused files; \(freed) of the disk are free again")
    }
  }

  private struct Plan: Encodable {
    struct Blob: Encodable {
      let sha256: String
      let sizeBytes: UInt64
      let unusedSinceUnixUs: Int64
    }
    let blobCount: UInt64
    let blobBytes: UInt64
    /// The first 1 000, longest unused first.
    let blobs: [Blob]
    let recentBlobCount: UInt64
    let recentBlobBytes: UInt64
    let graceSeconds: UInt64

    init(_ plan: DescribeGarbageResponse) {
      blobCount = plan.blobCount
      blobBytes = plan.blobBytes
      blobs = plan.blobs.map { blob in
        Blob(
          sha256: HexText.of(blob.sha256),
          sizeBytes: blob.sizeBytes,
          unusedSinceUnixUs: blob.unusedSinceUnixUs
        )
      }
      recentBlobCount = plan.recentBlobCount
      recentBlobBytes = plan.recentBlobBytes
      graceSeconds = plan.graceSeconds
    }
  }

  private struct Collected: Encodable {
    var blobCount: UInt64 = 0
    var blobBytes: UInt64 = 0
    var freedBytes: UInt64 = 0
  }
}
