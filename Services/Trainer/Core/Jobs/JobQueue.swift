/// Which jobs run and which wait, in the order in which they came. A value; the jobs themselves are
/// on disk, so after a restart the queue is filled from there.
public struct JobQueue: Sendable, Equatable {
  /// Jobs that run at a time.
  public let concurrency: Int
  /// Jobs that may be there and not be over; one more is refused. Whoever keeps the jobs counts
  /// them, in the transaction that adds one.
  public static let unfinishedLimit = 1000

  public private(set) var waiting: [String] = []
  public private(set) var running: Set<String> = []

  /// One job for each two cores by default: a job's own arithmetic uses more than one.
  public init(concurrency: Int) { self.concurrency = max(1, concurrency) }

  public static func defaultConcurrency(coreCount: Int) -> Int { max(1, coreCount / 2) }

  /// Takes a job that is not here yet. Jobs of before a restart come in whatever the limit is: they
  /// were accepted. Answers the jobs that start now.
  public mutating func enqueue(_ id: String) -> [String] {
    guard !running.contains(id), !waiting.contains(id) else { return [] }
    waiting.append(id)
    return admit()
  }

  /// Of a job that waits its place among those that do, from 1; else nil.
  public func place(of id: String) -> Int? { waiting.firstIndex(of: id).map { $0 + 1 } }

  /// A job is over, running or waiting. Answers the jobs that start now.
  public mutating func ended(_ id: String) -> [String] {
    if running.remove(id) == nil { waiting.removeAll { $0 == id } }
    return admit()
  }

  private mutating func admit() -> [String] {
    let count = min(concurrency - running.count, waiting.count)
    guard count > 0 else { return [] }
    let admitted = Array(waiting.prefix(count))
    waiting.removeFirst(count)
    running.formUnion(admitted)
    return admitted
  }
}
