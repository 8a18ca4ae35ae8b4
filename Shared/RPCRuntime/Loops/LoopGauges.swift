import Synchronization
import Telemetry
import Transport

/// What the loops of a process hold, for metrics. Loops are read on their own threads: the numbers
/// are those of the last second.
final class LoopGauges: Sendable {
  private struct Reading {
    var context: LoopConfined<LoopContext>
    var armed: Int
  }

  private let loops = Mutex<[ObjectIdentifier: Reading]>([:])

  func register(_ registry: MetricsRegistry, budget: ReceiveBudget) {
    registry.gauge(
      "martlet_rpc_armed_deadlines",
      help: "Timers that are armed over all loops."
    ) { [weak self] in Double(self?.readArmed() ?? 0) }
    registry.gauge(
      "martlet_rpc_buffered_bytes",
      help: "Received bytes that nobody has taken yet."
    ) { Double(budget.usedBytes) }
  }

  /// The loops are about to end: nobody asks them any more.
  func forget() { loops.withLock { $0 = [:] } }

  /// Called on `loop`, for each connection.
  func note(_ loop: any TransportLoop) {
    let id = ObjectIdentifier(loop)
    if loops.withLock({ $0[id] != nil }) { return }
    let context = LoopContext.of(loop)
    loops.withLock {
      $0[id] = Reading(context: LoopConfined(context, loop: loop), armed: 0)
    }
  }

  /// The newest readings; asks each loop for the next one.
  private func readArmed() -> Int {
    let readings = loops.withLock { Array($0) }
    for (id, reading) in readings {
      reading.context.run { [weak self] context in
        let armed = context.armedTimerCount
        self?.loops.withLock { $0[id]?.armed = armed }
      }
    }
    return readings.reduce(0) { $0 + $1.value.armed }
  }
}
