import Primitives
import Testing
import TrainerCore

@Suite("The queue of training jobs")
struct JobQueueTests {
  @Test("jobs start in their order, as many at a time as may")
  func order() {
    var queue = JobQueue(concurrency: 2)
    #expect(queue.enqueue("a") == ["a"])
    #expect(queue.enqueue("b") == ["b"])
    #expect(queue.enqueue("c") == [])
    #expect(queue.enqueue("d") == [])
    #expect(queue.ended("b") == ["c"])
    #expect(queue.running == ["a", "c"])
    #expect(queue.waiting == ["d"])
  }

  @Test("a job that waits can end, and one that is here already is not taken twice")
  func endsWaiting() {
    var queue = JobQueue(concurrency: 1)
    _ = queue.enqueue("a")
    _ = queue.enqueue("b")
    _ = queue.enqueue("c")
    #expect(queue.enqueue("a") == [])
    #expect(queue.enqueue("c") == [])
    #expect(queue.ended("b") == [])
    #expect(queue.ended("b") == [])
    #expect(queue.ended("nobody") == [])
    #expect(queue.ended("a") == ["c"])
    #expect(queue.ended("a") == [])
  }

  @Test("one core runs one job, and every two cores one more")
  func defaults() {
    #expect(
      [1, 2, 3, 4, 16].map { JobQueue.defaultConcurrency(coreCount: $0) } == [1, 1, 1, 2, 8]
    )
    #expect(JobQueue(concurrency: 0).concurrency == 1)
  }

  @Test("whatever comes, no more than allowed run, none is lost and none runs twice")
  func model() {
    for seed: UInt64 in 1...20 {
      var generator = SeededGenerator(seed: seed)
      var queue = JobQueue(concurrency: Int.random(in: 1...4, using: &generator))
      var alive: [String] = []
      var started: [String] = []
      for step in 0..<300 {
        let fresh: [String]
        if Bool.random(using: &generator) || alive.isEmpty {
          alive.append("\(step)")
          fresh = queue.enqueue("\(step)")
        } else {
          let index = Int.random(in: 0..<alive.count, using: &generator)
          fresh = queue.ended(alive.remove(at: index))
        }
        started += fresh
        #expect(Set(started).count == started.count, "seed \(seed)")
        #expect(queue.running.count == min(queue.concurrency, alive.count), "seed \(seed)")
        #expect(queue.running.union(queue.waiting) == Set(alive), "seed \(seed)")
        #expect(queue.waiting == queue.waiting.sorted { Int($0) ?? 0 < Int($1) ?? 0 })
      }
    }
  }
}
