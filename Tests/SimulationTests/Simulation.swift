import InProcessTransport
import Logging
import Primitives
import RPC
import RPCRuntime
import Telemetry
import TestKit
import Transport

/// One run of a scenario: the real client, forwarder and server over a simulated network, under a
/// virtual clock, on one thread.
// `@unchecked`: on the one thread of the simulation.
final class Simulation: @unchecked Sendable {
  struct Report: Sendable {
    var seed: UInt64
    var problems: [String]
    var transcriptHash: UInt64
    var lastLines: [String]
    var okCount: Int
    var callCount: Int
    var eventCount: Int
  }

  let scenario: Scenario
  let time: VirtualTime
  let network: SimulatedNetwork
  let world: World
  let budget: ReceiveBudget
  let context: LoopContext
  private(set) var servers: [(server: Server, metrics: MetricsRegistry)] = []
  private var channels: [ServiceChannel] = []
  private var drainingCount = 0

  static let serverAddress = TransportAddress.unix(path: "/server")
  private static let forwarderAddress = TransportAddress.unix(path: "/forwarder")

  init(_ scenario: Scenario) {
    self.scenario = scenario
    time = VirtualTime(seed: scenario.seed)
    network = SimulatedNetwork(time: time, weather: scenario.storm)
    world = World(time: time)
    budget = ReceiveBudget(limitBytes: scenario.budgetBytes)
    context = LoopContext.attach(to: time.loop, seed: scenario.seed &+ 1, budget: budget)
  }

  /// Runs the scenario from its first call until nothing is left.
  static func run(_ scenario: Scenario, isPrinting: Bool = false) throws -> Report {
    let simulation = Simulation(scenario)
    simulation.time.isPrinting = isPrinting
    try simulation.runAll()
    let results = simulation.world.results.values
    return Report(
      seed: scenario.seed,
      problems: simulation.world.problems,
      transcriptHash: simulation.time.transcriptHash,
      lastLines: simulation.time.lastLines,
      okCount: results.count { if case .ok = $0.outcome { true } else { false } },
      callCount: results.count,
      eventCount: simulation.time.eventCount
    )
  }

  func runAll() throws {
    startServer()
    if scenario.usesForwarder { startForwarder() }
    var channel: ServiceChannel? = connect(
      to: scenario.usesForwarder ? Self.forwarderAddress : Self.serverAddress,
      as: "client",
      scenario.clientLimits
    )
    for script in scenario.stormCalls + scenario.calmCalls {
      if let channel { world.schedule(script, over: channel, target: target) }
    }
    for restart in scenario.serverRestarts { time.after(restart) { self.restartServer() } }
    for restart in scenario.forwarderRestarts { time.after(restart) { self.restartForwarder() } }
    time.after(Scenario.stormEnd) { self.network.clear(to: self.fairWeather) }
    time.after(Scenario.calmStart - .seconds(1)) { self.checkIdle() }
    weak let watched = channel
    channel = nil
    finish(watched)
  }

  private var target: String { scenario.usesForwarder ? "endpoints/simulated" : "" }

  private var fairWeather: NetworkWeather {
    var weather = scenario.storm
    weather.refusal = 0
    weather.silence = 0
    weather.cut = 0
    return weather
  }

  // MARK: The parts

  private func connect(
    to address: TransportAddress,
    as role: String,
    _ limits: WireLimits
  ) -> ServiceChannel {
    var options = ChannelOptions()
    options.limits = limits
    options.connectionLimit = scenario.connectionLimit
    options.pendingCallLimit = scenario.pendingCallLimit
    options.retrySeed = scenario.seed &+ UInt64(channels.count)
    let channel = ServiceChannel(
      to: address,
      over: network.client(as: identity(role)),
      options: options
    )
    channels.append(channel)
    return channel
  }

  private func identity(_ role: String) -> PeerIdentity {
    .service(suite: "simulated", role: role, instance: "1")
  }

  private func startServer() {
    start([SimulatedService(world: world)], scenario.serverLimits, nil, at: Self.serverAddress)
  }

  private func startForwarder() {
    let onward = Onward(
      world: world,
      channel: connect(to: Self.serverAddress, as: "balancer", scenario.forwarderLimits)
    )
    start([], scenario.forwarderLimits, onward, at: Self.forwarderAddress)
  }

  private func start(
    _ services: [any Service],
    _ limits: WireLimits,
    _ forwarder: Onward?,
    at address: TransportAddress
  ) {
    let metrics = MetricsRegistry()
    let name = forwarder == nil ? "server" : "forwarder"
    let logger = Logger(label: name) { [time] _ in TranscriptLog(time, name: name) }
    var options = ServerOptions(metrics: metrics, logger: logger)
    options.limits = limits
    options.forwarder = forwarder
    options.budget = budget
    do {
      let server = try Server(services, options: options)
      servers.append((server, metrics))
      let transport = network.server(at: address, as: identity("server"))
      Task(executorPreference: time.loop) { try await server.serve(transport) }
      time.loop.run()
    } catch {
      world.problem("a server did not start: \(error)")
    }
  }

  private func restartServer() {
    time.note("the server restarts")
    let old = servers[0].server
    startServer()
    drain(old)
  }

  private func restartForwarder() {
    time.note("the forwarder restarts")
    let old = servers[1].server
    startForwarder()
    drain(old)
  }

  private func drain(_ server: Server) {
    drainingCount += 1
    Task(executorPreference: time.loop) {
      await server.drain()
      self.time.note("drained")
      self.drainingCount -= 1
    }
  }

  // MARK: The end

  private func finish(_ channel: ServiceChannel?) {
    let all = scenario.stormCalls + scenario.calmCalls
    // The longest that anything may take: a stalled stream is given up after 60 s, a silent peer
    // after 15 s, and no script asks for more than 20 s.
    let bound = Instant(nanoseconds: 1_000_000_000) + Scenario.calmStart + .seconds(200)
    let isDone = time.run(until: bound, watch: watch) {
      world.results.count == all.count
    }
    if !isDone {
      for script in all where world.results[script.id] == nil {
        world.problem("\(script.name) has no outcome \(bound - time.now) before the bound")
      }
    }
    judge(all)
    for channel in channels { channel.close() }
    for entry in servers { drain(entry.server) }
    let isDrained = time.run(until: time.now + .seconds(60), watch: watch) {
      drainingCount == 0 && network.openLinkCount == 0 && world.runningHandlerCount == 0
    }
    if !isDrained {
      world.problem(
        "not drained: \(drainingCount) servers, \(network.openLinkCount) connections, "
          + "\(world.runningHandlerCount) handlers"
      )
    }
    channels = []
    // What was armed for an earlier reason fires and finds nothing.
    _ = time.run(until: time.now + .seconds(200), watch: watch)
    checkNothingIsHeld()
  }
}

/// Sends every call to one server.
struct Onward: CallForwarder {
  let world: World
  let channel: ServiceChannel

  func route(_ call: ForwardedCall) throws(RPCError) -> ForwardDecision {
    world.routed()
    return .forward(ForwardRoute(channel) { _, _, _ in world.routeEnded() })
  }
}
