import Primitives
import RPC
import TestKit
import Testing

/// What simulations have found, each as the smallest run that shows it.
@Suite("Found by simulation")
struct RegressionTests {
  private func run(_ scenario: Scenario, _ arrange: (Simulation) -> Void = { _ in }) throws -> World
  {
    let simulation = Simulation(scenario)
    arrange(simulation)
    try simulation.runAll()
    #expect(simulation.world.problems.isEmpty)
    return simulation.world
  }

  private func code(_ world: World) -> StatusCode? {
    switch world.results[0]?.outcome {
    case .ok: .ok
    case .failed(let error): error.code
    case .strange, nil: nil
    }
  }

  /// The forwarder said UNAVAILABLE itself, which callers take for a server's word and repeat.
  @Test(
    "a call that may have begun behind a forwarder runs again only when it is idempotent",
    arguments: [false, true]
  )
  func lossBehindForwarder(isIdempotent: Bool) throws {
    var script = CallScript(id: 0, kind: .unary, start: .zero, requests: [10], responses: [10])
    script.handlerPause = .seconds(1)
    script.isIdempotent = isIdempotent
    var scenario = Scenario([script])
    scenario.usesForwarder = true
    // Not for chance: the cut below is the only fault.
    scenario.hasFaults = true
    let world = try run(scenario) { simulation in
      simulation.time.after(.milliseconds(500)) {
        simulation.network.cutAll(to: Simulation.serverAddress, .truncated)
      }
    }
    #expect(world.attempts(of: script) == (isIdempotent ? [0, 1] : [0]))
    #expect(code(world) == (isIdempotent ? .ok : .aborted))
  }

  /// The decoder's limit was the announced one, which a pipelining client cannot know.
  @Test("a server that announces small frames takes the default ones of a client that is early")
  func earlyFrames() throws {
    let script = CallScript(id: 0, kind: .unary, start: .zero, requests: [60_000], responses: [10])
    var scenario = Scenario([script])
    scenario.serverLimits.maximumFrameBytes = 16 << 10
    #expect(try code(run(scenario)) == .ok)
  }

  /// What had been gathered of a unary answer stayed charged when the call failed.
  @Test("an answer that is cut short by the deadline gives its bytes back to the budget")
  func cutAnswer() throws {
    var script = CallScript(
      id: 0,
      kind: .unary,
      start: .zero,
      requests: [10],
      responses: [1 << 20]
    )
    script.timeout = .milliseconds(100)
    var scenario = Scenario([script])
    scenario.storm.socketBytes = 64 << 10
    let world = try run(scenario)
    #expect(code(world) == .deadlineExceeded)
    #expect(world.attempts(of: script) == [0])
  }

  /// The caller waited for a Head and not for messages, the server for credit.
  @Test("waiting for metadata that is not sent ends with the first message")
  func absentHead() throws {
    let script = CallScript(
      id: 0,
      kind: .serverStreaming,
      start: .zero,
      requests: [10],
      responses: Array(repeating: 200_000, count: 4)
    )
    #expect(try code(run(Scenario([script]))) == .ok)
  }

  /// A call that found no room in the forwarder's budget never told its route that it was over.
  @Test("a call that ends in the forwarder before it is sent on ends for its route too")
  func endBeforeSending() throws {
    let script = CallScript(id: 0, kind: .unary, start: .zero, requests: [60_000], responses: [10])
    var scenario = Scenario([script])
    scenario.usesForwarder = true
    scenario.budgetBytes = 30_000
    let world = try run(scenario)
    #expect(world.routeCount > 0)
    #expect(code(world) == .resourceExhausted)
  }

  /// A ping waited behind the data, and the connection that carried it was taken for dead.
  @Test("an upload over a slow way goes on for longer than a keepalive waits")
  func slowUpload() throws {
    // Each is smaller than what makes the server send credit, so that it says nothing until it
    // answers.
    let scripts = (0..<3).map {
      CallScript(id: $0, kind: .unary, start: .zero, requests: [125_000], responses: [10])
    }
    var scenario = Scenario(scripts)
    scenario.storm.socketBytes = 36
    scenario.storm.pieceBytes = 36
    let world = try run(scenario)
    #expect(world.results.values.allSatisfy { $0.endedAt - $0.startedAt > .seconds(16) })
  }

  /// The first try was lost with its connection, the second found nobody: only that one was told.
  @Test("a call of which one try may have begun is not told to be not started")
  func laterTryNotStarted() throws {
    var script = CallScript(id: 0, kind: .unary, start: .zero, requests: [10], responses: [10])
    script.isIdempotent = true
    script.handlerPause = .seconds(1)
    var scenario = Scenario([script])
    scenario.hasFaults = true
    let world = try run(scenario) { simulation in
      simulation.time.after(.milliseconds(500)) {
        simulation.network.weather.refusal = 1
        simulation.network.cutAll(to: Simulation.serverAddress, .truncated)
      }
    }
    #expect(world.attempts(of: script) == [0])
    guard case .failed(let error) = world.results[0]?.outcome else {
      Issue.record("the call went well")
      return
    }
    #expect(error.code == .unavailable && !error.isNotStarted)
  }

  /// What the caller still wrote was an error to it, although its call had gone well.
  @Test("a stream of requests that is answered before its end has gone well")
  func earlyAnswer() throws {
    var script = CallScript(
      id: 0,
      kind: .clientStreaming,
      start: .zero,
      requests: Array(repeating: 1000, count: 8),
      responses: [10]
    )
    script.writePause = .milliseconds(50)
    script.readsOnly = 2
    #expect(try code(run(Scenario([script]))) == .ok)
  }
}
