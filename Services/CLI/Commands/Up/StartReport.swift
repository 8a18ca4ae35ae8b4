import Synchronization

/// What people see while the services start: a line for each that became ready.
final class StartReport: Sendable {
  private let console: Console
  private let shown = Mutex<Set<String>>([])
  private let saidCount = Mutex(0)

  init(_ console: Console) { self.console = console }

  func say(_ note: StartNotes.Note) {
    if note.isWarning { console.warn(note.text) } else { console.note(note.text) }
  }

  /// For a record of another process, whose notes nobody has seen.
  func showAll(_ record: SupervisorRecord) {
    let notes = record.notes ?? []
    let first = saidCount.withLock { count in
      defer { count = max(count, notes.count) }
      return min(count, notes.count)
    }
    for note in notes[first...] { say(note) }
    show(record)
  }

  func show(_ record: SupervisorRecord) {
    for service in record.services where service.phase == .ready {
      guard shown.withLock({ $0.insert(service.name).inserted }) else { continue }
      let width = ServiceSuite.instances.reduce(0) { max($0, $1.name.count) }
      let name = service.name + String(repeating: " ", count: width - service.name.count)
      let took = service.startMs.map { ValueText.duration(.milliseconds($0)) } ?? "?"
      let mark = console.err.styled("ready", .green)
      console.note("  \(name)  \(mark) after \(took)  \(service.address)")
    }
  }

  /// The result of `up`.
  struct Summary: Encodable {
    struct Service: Encodable {
      let name: String
      let address: String
      let privateAddress: String
    }
    let state: String
    let pid: Int32
    let nativeAddress: String
    let httpsAddress: String
    let authorities: String
    let services: [Service]

    init(_ record: SupervisorRecord, _ layout: StateLayout) {
      state = layout.folder
      pid = record.supervisor.pid
      nativeAddress = record.nativeAddress
      httpsAddress = record.httpsAddress
      authorities = layout.authority
      services = record.services.map {
        Service(name: $0.name, address: $0.address, privateAddress: $0.privateAddress)
      }
    }
  }

  func ready(
    _ record: SupervisorRecord,
    _ layout: StateLayout,
    took: Duration,
    isDetached: Bool
  ) throws {
    try console.presentEvent(Summary(record, layout)) { out in
      let title = "Martlet is up: \(record.services.count) services in \(ValueText.duration(took))"
      out.line(out.styled(title, .bold))
      out.line("  HTTPS      https://\(record.httpsAddress)  (authority: \(layout.authority))")
      out.line("  martlet/1  \(record.nativeAddress)")
      out.line("  state      \(layout.folder)")
      out.line("  logs       \(layout.logs)")
      out.line(isDetached ? "`martlet down` stops it." : "Ctrl-C stops it.")
    }
  }
}
