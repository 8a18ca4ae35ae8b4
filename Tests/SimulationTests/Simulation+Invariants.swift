import Primitives
import RPC
import Telemetry
import TestKit

@testable import RPCRuntime

/// What must be so at every step of a simulation, for each call's outcome, and after its end.
extension Simulation {
  /// After each step.
  func watch() {
    if budget.usedBytes < 0 { world.problem("the budget is at \(budget.usedBytes) bytes") }
    if budget.usedBytes > budget.limitBytes { world.problem("the budget is overdrawn") }
    for handler in network.liveHandlers {
      if let client = handler as? ClientConnectionHandler, client.isOpen {
        watchCredit(client.machine.sendCredit, client.machine.peerHello, "a client's connection")
        for slot in client.calls.indices where client.calls[slot] != nil {
          watchStream(client.machine.streamCredit(slot: slot), client.machine.peerHello)
        }
      } else if let server = handler as? ServerConnectionHandler, server.isOpen {
        watchCredit(server.machine.sendCredit, server.machine.peerHello, "a server's connection")
        for slot in server.calls.indices where server.calls[slot] != nil {
          watchStream(server.machine.streamCredit(slot: slot), nil)
        }
      }
    }
  }

  /// Only what a client sent before it read a Hello with smaller windows may be below zero.
  private func watchCredit(_ credit: Int, _ hello: Hello?, _ what: String) {
    let window = hello?.connectionWindowBytes ?? WireLimits.untilHello.connectionWindowBytes
    let least = min(0, window - WireLimits.untilHello.connectionWindowBytes)
    if credit < least { world.problem("\(what) has sent beyond its credit: \(credit)") }
  }

  private func watchStream(_ credit: Int, _ hello: Hello?) {
    let window = hello?.streamWindowBytes ?? WireLimits.untilHello.streamWindowBytes
    let least = min(0, window - WireLimits.untilHello.streamWindowBytes)
    if credit < least { world.problem("a stream has sent beyond its credit: \(credit)") }
  }

  // MARK: Outcomes

  func judge(_ scripts: [CallScript]) {
    for script in scripts {
      guard let result = world.results[script.id] else { continue }
      let isStorm = script.id < 1000
      judgeTime(script, result)
      switch result.outcome {
      case .strange(let what): world.problem("\(script.name) threw \(what)")
      case .ok:
        if script.failure != nil, script.leavesAfter == nil {
          world.problem("\(script.name) went well against its script")
        }
        if world.attempts(of: script).isEmpty {
          world.problem("\(script.name) went well without a handler")
        }
      case .failed(let error):
        if error.isNotStarted { judgeNotStarted(script, error) }
        if !isExpected(error, script, result, isStorm: isStorm) {
          world.problem(
            "\(script.name) ended \(error)\(error.isNotStarted ? ", not started" : "")"
              + " after \(result.endedAt - result.startedAt)"
          )
        }
      }
    }
  }

  private func judgeNotStarted(_ script: CallScript, _ error: RPCError) {
    if !world.attempts(of: script).isEmpty {
      world.problem("\(script.name) was told not_started (\(error)), but ran")
    }
  }

  private func judgeTime(_ script: CallScript, _ result: World.Result) {
    guard script.readPause == .zero, script.writePause == .zero else { return }
    let allowed = script.timeout ?? WireLimits().defaultTimeout
    let late = result.endedAt - result.startedAt - allowed
    if late > .milliseconds(50) { world.problem("\(script.name) ended \(late) after its deadline") }
  }

  private func isExpected(
    _ error: RPCError,
    _ script: CallScript,
    _ result: World.Result,
    isStorm: Bool
  ) -> Bool {
    if error.message.contains("broke the protocol") { return false }
    switch error.code {
    case script.failure: return true
    case .cancelled: return result.isCancelled
    case .deadlineExceeded: return (script.timeout ?? .seconds(60)) < .seconds(60) && isStorm
    case .resourceExhausted:
      return scenario.budgetBytes < 64 << 20
        || ((error.isNotStarted || script.isIdempotent) && hasNarrowLimits)
    case .unavailable:
      // A call that streams is not repeated by the channel when its connection is going away.
      return isStorm && (scenario.hasFaults || isRestarted)
        || error.isNotStarted && (rotates || isRestarted) && !(script.kind == .unary && !isStorm)
    case .aborted: return rotates || isStorm && (isRestarted || scenario.hasFaults)
    case .unknown: return isStorm && scenario.hasFaults
    default: return false
    }
  }

  private var hasNarrowLimits: Bool {
    let isServerNarrow = [scenario.serverLimits, scenario.forwarderLimits].contains {
      $0.maximumStreams < 128 || $0.cancelCount < 200
    }
    return isServerNarrow || scenario.pendingCallLimit < 1000
  }

  /// Connections drain for their age.
  private var rotates: Bool {
    [scenario.serverLimits, scenario.forwarderLimits].contains {
      $0.connectionAge < .seconds(3600)
    }
  }

  private var isRestarted: Bool {
    !scenario.serverRestarts.isEmpty || !scenario.forwarderRestarts.isEmpty
  }

  // MARK: While nothing happens

  /// Between the storm and the calm, when all calls are over: what connections stand hold nothing,
  /// and their credit is back but for what is told in lumps of half a window.
  func checkIdle() {
    guard scenario.stormCalls.allSatisfy({ world.results[$0.id] != nil }),
      world.runningHandlerCount == 0
    else { return }
    time.note("idle")
    expectZero("while idle", "bytes are charged to the budget", budget.usedBytes)
    for handler in network.liveHandlers {
      if let client = handler as? ClientConnectionHandler, client.isOpen {
        expectZero("while idle", "streams are open at a client", client.machine.openStreams)
        checkCreditIsBack(client.machine.sendCredit, client.machine.peerHello)
      } else if let server = handler as? ServerConnectionHandler, server.isOpen {
        expectZero("while idle", "streams are open at a server", server.machine.openStreams)
        checkCreditIsBack(server.machine.sendCredit, server.machine.peerHello)
      }
    }
    for (_, metrics) in servers { checkOpenStreams("while idle", metrics) }
  }

  private func checkCreditIsBack(_ credit: Int, _ hello: Hello?) {
    guard let window = hello?.connectionWindowBytes else { return }
    if credit <= window - max(1, window / 2) || credit > window {
      world.problem("while idle a connection has credit \(credit) of \(window)")
    }
  }

  // MARK: After the end

  func checkNothingIsHeld() {
    expectZero("after the end", "timers are armed", context.armedTimerCount)
    expectZero("after the end", "events are due", time.pendingEventCount)
    expectZero("after the end", "bytes are charged to the budget", budget.usedBytes)
    expectZero("after the end", "connections are open", network.openLinkCount)
    expectZero("after the end", "handlers of connections are in memory", network.liveHandlers.count)
    expectZero("after the end", "handlers run", world.runningHandlerCount)
    expectZero("after the end", "routes have no end", world.routeCount - world.routeEndCount)
    for (server, metrics) in servers {
      checkOpenStreams("after the end", metrics)
      expectZero("after the end", "connections are counted as open", server.openConnectionCount)
      let violations = metrics.counter(
        "martlet_rpc_protocol_violations_total",
        help: "Connections ended because the peer broke the protocol."
      )
      expectZero("after the end", "connections ended for a broken protocol", Int(violations.value))
    }
  }

  private func checkOpenStreams(_ when: String, _ metrics: MetricsRegistry) {
    let streams = metrics.gauge(
      "martlet_rpc_open_streams",
      help: "Calls whose handler has not returned or whose End is due."
    )
    expectZero(when, "streams are counted as open", Int(streams.value))
  }

  private func expectZero(_ when: String, _ what: String, _ count: Int) {
    if count != 0 { world.problem("\(when) \(count) \(what)") }
  }
}
