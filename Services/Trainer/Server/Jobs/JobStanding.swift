import TrainerCore

/// Where a job stands that is not over, beside what is kept of it.
struct JobStanding: Sendable, Equatable {
  /// Among those that wait, from 1; 0 when it does not wait for its turn.
  let queuePlace: UInt32
  /// In words; empty when it waits for nothing.
  let waitsFor: String

  /// One that has its turn, or is over.
  init(waitsFor: String = "") {
    queuePlace = 0
    self.waitsFor = waitsFor
  }

  init(place: Int, of queue: JobQueue) {
    queuePlace = UInt32(clamping: place)
    let running = queue.running.count
    var words =
      "its turn: \(running) \(running == 1 ? "job runs" : "jobs run"), which is as many as may "
      + "(jobs.concurrency)"
    if place > 1 { words += ", and \(place - 1) \(place == 2 ? "waits" : "wait") before it" }
    waitsFor = words
  }
}
