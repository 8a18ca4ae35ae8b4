import Glibc
import HTTPEdge
import Logging
import ServiceRuntime
import Settings
import Transport

/// A tiny service for tests of the runtime: two components whose behaviour its settings choose.
@main
enum RuntimeProbe {
  enum Behaviour: String, CaseIterable, Sendable {
    case serve, failStart, refuseStart, endEarly, failLater, ignoreDrain, failDrain, hangStart
    case blockThreads, sick
  }

  static let behaviour = Setting(
    "probe.behaviour",
    .choice,
    default: Behaviour.serve,
    doc: "what the second component does"
  )
  static let token = Setting(
    "probe.token",
    SettingType<Secret>.secret.optional,
    default: nil,
    doc: "a secret"
  )

  static let privatePort = PrivatePortSettings(defaultAddress: .tcp(host: "127.0.0.1", port: 0))

  static func main() async {
    await ServiceMain.run(
      ServiceDefinition(
        name: "runtime-probe",
        about: "a service for tests",
        version: "0.0.1",
        settings: [behaviour, token] + privatePort.all,
        checks: privatePort.checks
      ) { context in
        [
          PrivatePort(privatePort, context),
          ProbeComponent(name: "first", behaviour: .serve),
          ProbeComponent(name: "second", behaviour: context.settings[behaviour]),
        ]
      }
    )
  }
}

struct ProbeComponent: Component {
  let name: String
  let behaviour: RuntimeProbe.Behaviour

  func run(_ lifecycle: ComponentLifecycle) async throws {
    let logger = Logger(label: "probe.\(name)")
    switch behaviour {
    case .failStart:
      throw StartupError(
        what: "the address is in use",
        place: "listen.address",
        remedy: "choose another",
        exitCode: .unavailable
      )
    case .refuseStart: throw Refusal()
    case .hangStart:
      logger.info("hanging")
      try await Task.sleep(for: .seconds(3600))
    case .serve, .endEarly, .failLater, .ignoreDrain, .failDrain, .blockThreads, .sick: break
    }
    lifecycle.started()
    logger.debug("details")
    switch behaviour {
    case .endEarly: return
    case .failLater: throw Refusal()
    case .ignoreDrain:
      await lifecycle.drainRequested()
      logger.info("ignoring the drain")
      try await Task.sleep(for: .seconds(3600))
    case .failDrain:
      await lifecycle.drainRequested()
      throw Refusal()
    case .blockThreads: blockThreads()
    case .serve, .sick, .failStart, .refuseStart, .hangStart: await lifecycle.drainRequested()
    }
    logger.info(
      "drained",
      metadata: ["has_deadline": .stringConvertible(lifecycle.drainDeadline != nil)]
    )
  }

  func reload() async throws {
    Logger(label: "probe.\(name)").info("reloading")
    if name == "second" { throw Refusal() }
  }

  func isHealthy() async -> Bool { behaviour != .sick }

  /// Keeps every thread of Swift's pool busy for good.
  private func blockThreads() {
    for _ in 0..<(sysconf(Int32(_SC_NPROCESSORS_ONLN)) + 8) {
      Task.detached { while true { sleep(3600) } }
    }
    while true { sleep(3600) }
  }

  struct Refusal: Error, CustomStringConvertible { let description = "refused" }
}
