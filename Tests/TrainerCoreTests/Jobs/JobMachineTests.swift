import Testing
import TrainerCore

@Suite("The machine of a training job")
struct JobMachineTests {
  private typealias State = JobMachine.State

  private static let states: [State] = [
    .starting, .downloading, .training(progress: 0.5), .uploading, .stopping,
    .completed(version: 3), .failed(words: "w"), .stopped,
  ]

  private static let events: [JobEvent] = [
    .admitted, .downloaded, .progressed(0.75), .finished, .uploaded(version: 3),
    .failed(words: "w", isRetryable: true), .failed(words: "w", isRetryable: false),
    .workerDied(words: "w"), .waited, .stopRequested, .workEnded, .recovered,
  ]

  /// What is not here changes nothing and has no effect.
  private static func expected(_ state: State, _ event: JobEvent) -> (State, JobEffect) {
    switch (state, event) {
    case (.starting, .admitted), (.starting, .waited): (.downloading, .download)
    case (.starting, .failed(let words, false)): (.failed(words: words), .finish)
    case (.starting, .stopRequested): (.stopped, .finish)
    case (.starting, .recovered): (.starting, .enqueue)

    case (.downloading, .downloaded): (.training(progress: 0), .train)
    case (.downloading, .failed(_, true)): (.downloading, .wait(failureCount: 1))
    case (.downloading, .failed(let words, false)): (.failed(words: words), .finish)
    case (.downloading, .waited): (.downloading, .download)
    case (.downloading, .stopRequested): (.stopping, .cancelWork)
    case (.downloading, .recovered): (.starting, .enqueue)

    case (.training, .progressed(let share)): (.training(progress: share), .none)
    case (.training, .finished): (.uploading, .upload)
    case (.training, .workerDied), (.training, .failed(_, true)):
      (.starting, .wait(failureCount: 1))
    case (.training, .failed(let words, false)): (.failed(words: words), .finish)
    case (.training, .stopRequested): (.stopping, .cancelWork)
    case (.training, .recovered): (.starting, .enqueue)

    case (.uploading, .uploaded(let version)): (.completed(version: version), .finish)
    case (.uploading, .failed(_, true)): (.uploading, .wait(failureCount: 1))
    case (.uploading, .failed(let words, false)): (.failed(words: words), .finish)
    case (.uploading, .waited), (.uploading, .admitted): (.uploading, .upload)
    case (.uploading, .stopRequested): (.stopping, .cancelWork)
    case (.uploading, .recovered): (.uploading, .enqueue)

    case (.stopping, .uploaded(let version)): (.completed(version: version), .finish)
    case (.stopping, .progressed), (.stopping, .stopRequested): (.stopping, .none)
    case (.stopping, _): (.stopped, .finish)
    default: (state, .none)
    }
  }

  @Test("every event in every state has its effect and its next state")
  func allPairs() {
    for state in JobMachineTests.states {
      for event in JobMachineTests.events {
        var machine = JobMachine(state)
        let effect = machine.arrived(event)
        let (next, expected) = JobMachineTests.expected(state, event)
        #expect(effect == expected, "\(state) + \(event)")
        #expect(machine.state == next, "\(state) + \(event)")
      }
    }
  }

  @Test("a job that is over stays what it is, whatever comes")
  func overIsOver() {
    for state in JobMachineTests.states where state.isOver {
      for event in JobMachineTests.events {
        var machine = JobMachine(state, attemptCount: 2, deathCount: 1)
        let before = machine
        #expect(machine.arrived(event) == .none)
        #expect(machine == before)
      }
    }
  }

  @Test("an undisturbed job starts one worker and completes")
  func straight() {
    var machine = JobMachine()
    #expect(machine.arrived(.admitted) == .download)
    #expect(machine.arrived(.downloaded) == .train)
    #expect(machine.attemptCount == 1)
    #expect(machine.arrived(.progressed(0.5)) == .none)
    #expect(machine.arrived(.finished) == .upload)
    #expect(machine.arrived(.uploaded(version: 7)) == .finish)
    #expect(machine.state == .completed(version: 7))
    #expect(machine.attemptCount == 1 && machine.deathCount == 0)
  }

  @Test("a worker that dies is started again, and the fifth death ends the job with words")
  func fiveDeaths() {
    var machine = JobMachine()
    _ = machine.arrived(.admitted)
    for death: UInt32 in 1...5 {
      #expect(machine.arrived(.downloaded) == .train)
      #expect(machine.attemptCount == death)
      let effect = machine.arrived(.workerDied(words: "signal 9"))
      guard death < 5 else {
        #expect(effect == .finish)
        break
      }
      #expect(effect == .wait(failureCount: death))
      #expect(machine.state == .starting)
      #expect(machine.arrived(.waited) == .download)
    }
    #expect(
      machine.state == .failed(words: "signal 9; so it went 5 times, which is the limit")
    )
  }

  @Test("restarts of the service are no deaths: any number of them is survived")
  func restarts() {
    var machine = JobMachine()
    for _ in 0..<100 {
      _ = machine.arrived(.admitted)
      #expect(machine.arrived(.downloaded) == .train)
      #expect(machine.arrived(.recovered) == .enqueue)
      #expect(machine.state == .starting)
    }
    #expect(machine.attemptCount == 100)
    #expect(machine.deathCount == 0)
  }

  @Test("a store that is away is waited for without an end of its own, ever longer")
  func storeAway() {
    var machine = JobMachine(.uploading)
    for count: UInt32 in 1...1000 {
      let effect = machine.arrived(.failed(words: "away", isRetryable: true))
      #expect(effect == .wait(failureCount: count))
      #expect(machine.arrived(.waited) == .upload)
    }
    #expect(machine.state == .uploading)
    // A download that went well begins to count anew.
    machine = JobMachine(.downloading, failureCount: 9)
    _ = machine.arrived(.downloaded)
    #expect(machine.failureCount == 0)
  }

  @Test("progress is kept between 0 and 1, and a share that is no number is not believed")
  func progress() {
    for (given, kept) in [(-1.0, 0.0), (0.25, 0.25), (7, 1), (.nan, 0.5), (.infinity, 0.5)] {
      var machine = JobMachine(.training(progress: 0.5))
      #expect(machine.arrived(.progressed(given)) == .none)
      #expect(machine.state == .training(progress: kept))
    }
  }
}
