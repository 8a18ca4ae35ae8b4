import DurableFiles
import Glibc
import Primitives
import Testing

@testable import Commands

@Suite("What is known of a supervisor")
struct SupervisionTests {
  private func record(_ phase: SupervisorRecord.Phase) -> SupervisorRecord {
    SupervisorRecord(
      supervisor: ProcessIdentity(pid: 42, startTicks: 7),
      phase: phase,
      startedUnixUs: 1,
      nativeAddress: "127.0.0.1:1",
      httpsAddress: "127.0.0.1:2",
      services: []
    )
  }

  private func supervision(
    _ isLocked: Bool,
    _ phase: SupervisorRecord.Phase?,
    isAlive: Bool
  ) -> Supervision {
    Supervision(isLocked: isLocked, record: phase.map(record), isAlive: { _ in isAlive })
  }

  @Test("the lock tells whether one lives, the record who it is and how it ended")
  func states() {
    #expect(supervision(false, nil, isAlive: false) == .none)
    #expect(supervision(true, nil, isAlive: false) == .beginning)
    for phase in [SupervisorRecord.Phase.starting, .ready, .stopping] {
      #expect(supervision(true, phase, isAlive: true) == .running(record(phase)))
      #expect(supervision(true, phase, isAlive: false) == .beginning, "of an earlier one")
      #expect(supervision(false, phase, isAlive: false) == .died(record(phase)))
      // Its id may be another process's by now, or it is in its last moments without the lock.
      #expect(supervision(false, phase, isAlive: true) == .died(record(phase)))
    }
    for phase in [SupervisorRecord.Phase.stopped, .failed] {
      #expect(supervision(false, phase, isAlive: false) == .none)
      #expect(supervision(true, phase, isAlive: false) == .beginning)
    }
  }

  @Test("each has words and a way out for people, and 69 for scripts")
  func words() {
    let layout = StateLayout("/state")
    let died = CommandError.servicesNotUp(layout, .died(record(.ready)))
    #expect(died.message.contains("pid 42") && died.message.contains("killed"))
    #expect(died.remedy?.contains("martlet down") == true)
    let none = CommandError.servicesNotUp(layout, .none)
    #expect(none.message.contains("not running") && none.remedy?.contains("martlet up") == true)
    for supervision in [Supervision.none, .beginning, .died(record(.ready))] {
      #expect(CommandError.servicesNotUp(layout, supervision).exit == .unavailable)
    }
  }

  @Test("drafts of a writer that was killed go, and nothing else does")
  func drafts() throws {
    try TemporaryFolder.with { folder in
      let layout = StateLayout(folder)
      let drafts = ["supervisor.json.123.new", "ports.json.9.new", "cli.json.77.new"]
      let others = ["supervisor.json", "my.json.1.new", "supervisor.json.x.new", "ports.json.new"]
      for name in drafts + others {
        try SmallFile.replace("\(folder)/\(name)", with: [1])
      }
      RecordFile.removeDrafts(in: folder, of: layout.records)
      #expect(try Folder.names(in: folder) == others.sorted())
    }
  }
}
