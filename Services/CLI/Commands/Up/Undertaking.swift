import FoundationEssentials
import Glibc
import Primitives

/// Everything between `martlet up` and the end of the services that it started, in one process.
struct Undertaking: Sendable {
  let settings: UpSettings
  /// What people should hear of: certificates made, a service that died.
  let notes: StartNotes
  let observer: @Sendable (SupervisorRecord) -> Void

  private var layout: StateLayout { settings.layout }

  /// - Parameter whenReady: Called once, with the record and how long it took.
  func run(whenReady: @escaping @Sendable (SupervisorRecord, Duration) throws -> Void) async throws
  {
    let began = Instant.now
    try layout.make(layout.folder)
    guard let lock = try SupervisorLock(layout.lock) else {
      throw CommandError.alreadyRunning(layout)
    }
    defer { withExtendedLifetime(lock) {} }
    // From here on a signal means an ordered stop, also while the services start.
    let signals = StopSignals()
    await endLeftovers()
    RecordFile.removeDrafts(in: layout.folder, of: layout.records)
    let suite = try prepare()
    let supervisor = try Supervisor(
      layout,
      suite,
      executables: settings.executables,
      environment: Self.environmentOfServices,
      notes: notes,
      observer: observer
    )
    try await supervisor.run(signals) {
      try whenReady(supervisor.record, .now - began)
    }
  }

  private func endLeftovers() async {
    let leftovers = LeftoverServices(layout)
    if let text = leftovers.text { notes.add(text) }
    await leftovers.end()
  }

  /// Ports, certificates, folders, and how the command line finds all that.
  private func prepare() throws -> ServiceSuite {
    var ports = try RecordFile.readIfPresent(PortPlan.self, layout.ports) ?? PortPlan()
    var generator = SystemRandomNumberGenerator()
    try ports.fill(
      wanted: [.native: settings.nativePort, .https: settings.httpsPort],
      isFree: LoopbackSocket.isFree,
      using: &generator
    )
    try RecordFile.write(ports, layout.ports)
    try RecordFile.write(settings.wishes, layout.wishes)
    let made = try DevelopmentAuthority(layout: layout).prepare()
    if !made.isEmpty { notes.add("certificates made: \(made.joined(separator: ", "))") }
    for warning in settings.warnings { notes.add(warning, isWarning: true) }
    let suite = ServiceSuite(layout, ports, engine: settings.engine)
    try layout.make(layout.logs)
    for plan in suite.plans { try layout.make(layout.service(plan.name)) }
    try layout.make(ServiceSuite.selfHostedModels(layout))
    try ConnectionRecord(
      suite: ServiceSuite.suite,
      nativeAddress: suite.plan(ServiceSuite.gateway)?.address ?? "",
      httpsAddress: suite.httpsAddress,
      authorities: layout.authority,
      certificate: layout.certificate(of: ServiceSuite.operatorInstance),
      key: layout.key(of: ServiceSuite.operatorInstance),
      selfHostedModels: ServiceSuite.selfHostedModels(layout)
    ).write(layout.connection)
    return suite
  }

  /// What this process has, without what is for the command line alone: above all no key.
  static var environmentOfServices: [String: String] {
    let own: Set<String> = [
      "MARTLET_KEY", "MARTLET_STATE", "MARTLET_GATEWAY", "MARTLET_AUTHORITIES", "MARTLET_ENGINE",
      // systemd's words to this process are not for its children.
      "NOTIFY_SOCKET", "WATCHDOG_PID", "WATCHDOG_USEC", "LISTEN_FDS", "LISTEN_PID",
    ]
    return ProcessInfo.processInfo.environment.filter { !own.contains($0.key) }
  }
}

extension CommandError {
  static func alreadyRunning(_ layout: StateLayout) -> CommandError {
    let record = try? RecordFile.readIfPresent(SupervisorRecord.self, layout.supervisor)
    let pid = record.map { ", pid \($0.supervisor.pid)" } ?? ""
    return CommandError(
      "already running\(pid) (folder of state: \(layout.folder))",
      remedy: "`martlet status` shows it, `martlet down` stops it; "
        + "--state FOLDER runs another one beside it",
      code: "ALREADY_EXISTS"
    )
  }
}
