import Primitives
import Synchronization
import TrainerCore

/// Counts the running time of one job that has a place, and keeps it in the store.
final class JobMeter: Sendable {
  private let id: String
  private let store: any JobStore
  private let clock: RunnerClock
  private let time: Mutex<RunningTime>

  /// Counts from now on, beside what the record has.
  init(_ record: JobRecord, _ parts: RunnerParts) {
    id = record.id
    store = parts.store
    clock = parts.clock
    time = Mutex(
      RunningTime(limit: parts.maximumDuration, kept: record.running, from: parts.clock.now())
    )
  }

  /// Returns when the job's time is over, or throws when the task is cancelled. Keeps what passes
  /// meanwhile; what the store does not take now, it is given the next time.
  func untilOver() async throws {
    while !time.withLock({ $0.isOver(at: clock.now()) }) {
      try await clock.wait(time.withLock { $0.untilNextLook(at: clock.now()) })
      do {
        try await keep()
      } catch {
        // The store does not take it right now.
        try await clock.wait(.seconds(1))
      }
    }
  }

  /// One call at a time.
  func keep() async throws {
    let part = time.withLock { $0.unkept(at: clock.now()) }
    try await uncancelled { [store, id] in try await store.ran(part, at: id) }
    time.withLock { $0.wasKept(part) }
  }
}
