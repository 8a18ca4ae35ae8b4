import Protocols
import Testing

@testable import Commands

@Suite("Training jobs and algorithms in words")
struct JobTextTests {
  private func pending(_ place: UInt32, _ waitsFor: String) -> TrainingJob {
    TrainingJob(
      name: "j",
      status: .inProgress,
      stage: .pending,
      queuePlace: place,
      waitsFor: waitsFor
    )
  }

  @Test("a job whose turn it is not says where it stands, and what it waits for")
  func queue() throws {
    let job = pending(2, "its turn")
    #expect(JobText.stage(job) == "waiting for its turn, number 2 in line, its turn")
    #expect(JobText.stage(pending(0, "")) == "waiting for its turn")
    let json = try Console.json(JobView(job), isPretty: false)
    for part in ["\"stage\":\"Pending\"", "\"queue_place\":2", "\"waits_for\":\"its turn\""] {
      #expect(json.contains(part), "\(json)")
    }
  }

  private static let algorithm = AlgorithmDescription(
    name: "kmeans",
    doc: "groups of similar rows",
    task: "clustering",
    hyperparameters: [
      HyperparameterDescription(
        name: "k",
        type: .integer,
        minimum: 1,
        maximum: 65_536,
        defaultValue: "8",
        doc: "how many groups"
      ),
      HyperparameterDescription(
        name: "init",
        type: .choice,
        choices: ["random", "plus-plus"],
        defaultValue: "plus-plus"
      ),
    ]
  )

  @Test("an algorithm's hyperparameters show what --set takes")
  func algorithm() {
    let recording = Recording()
    AlgorithmText.write(Self.algorithm, recording.terminal(isInteractive: false))
    let text = recording.written
    for part in ["kmeans  clustering", "1 to 65536", "random | plus-plus", "how many groups"] {
      #expect(text.contains(part), "\(text)")
    }
  }

  @Test("JSON has the range of numbers and the words of choices, and not the other")
  func json() {
    let view = AlgorithmView(Self.algorithm)
    #expect(view.hyperparameters[0].maximum == 65_536 && view.hyperparameters[0].choices == nil)
    #expect(view.hyperparameters[1].minimum == nil)
    #expect(view.hyperparameters[1].choices == ["random", "plus-plus"])
    #expect(!view.needsLabel)
  }
}
