import SecureTransport
import Settings
import TrainerCore

/// The settings of the trainer itself.
public struct TrainerSettings: Sendable {
  public let concurrency = Setting(
    "jobs.concurrency",
    .integer(1...256, unit: "jobs"),
    default: JobQueue.defaultConcurrency(coreCount: LoopGroup.System.coreCount),
    doc: "jobs that run at a time; by default one for each two cores"
  )
  public let maximumDuration = Setting(
    "jobs.max-duration",
    .duration(.seconds(1)...(.seconds(30 * 86_400))),
    default: .seconds(86_400),
    doc:
      "a job that runs longer fails; time in the queue, and in which the trainer is down, is free"
  )
  public let workerAddressSpaceBytes = Setting(
    "worker.address-space",
    .byteCount((2 << 30)...(1 << 46)),
    default: 16 << 30,
    doc: "address space that a worker may use; about 1GiB more than the memory that it needs"
  )
  public let workerNiceness = Setting(
    "worker.niceness",
    .integer(0...19, unit: "steps"),
    default: 5,
    doc: "how far workers stand back when the processors are busy"
  )
  public let cacheBytes = Setting(
    "datasets.cache",
    .byteCount(0...(1 << 50)),
    default: 10 << 30,
    doc: "datasets' files that stay here after their jobs, least recently used ones go first"
  )

  public init() {}

  /// For the declaration of the executable.
  public var all: [any AnySetting] {
    [concurrency, maximumDuration, workerAddressSpaceBytes, workerNiceness, cacheBytes]
  }
}
