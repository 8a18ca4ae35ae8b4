import Dispatch

/// Runs a task's blocking work on a thread of its own, so that a client that waits never takes a
/// thread of the pool from the server it waits for. What the test expects stays inside its task.
final class BlockingThread: TaskExecutor {
  private let queue = DispatchQueue(label: "test.client")

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
