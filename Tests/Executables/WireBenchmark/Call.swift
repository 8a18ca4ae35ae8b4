import ArgumentParser
import Glibc
import Primitives
import RPC
import RPCRuntime
import SecureTransport
import Synchronization
import TestProtocols
import Transport

func flushOutput() { fflush(nil) }

/// What the callers do now; moved by one clock, read before each call.
final class Phases: Sendable {
  enum Phase: Int { case warmUp, measure, end }
  private let raw = Atomic(Phase.warmUp.rawValue)

  var current: Phase { Phase(rawValue: raw.load(ordering: .relaxed)) ?? .end }

  func set(_ phase: Phase) { raw.store(phase.rawValue, ordering: .relaxed) }
}

struct Call: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "client",
    abstract: "Makes unary calls and prints rate and latencies."
  )

  @OptionGroup var certificates: CertificateOptions
  @OptionGroup var target: TargetOptions
  @Option(help: "Floats a call.") var floats = 16
  @Option(help: "Connections.") var connections = 1
  @Option(help: "Calls in flight on each connection.") var inFlight = 1
  @Option(help: "Seconds that count.") var seconds = 5.0
  @Option(help: "Seconds before those.") var warmup = 1.0

  func run() async throws {
    let loops = LoopGroup()
    let transport = try certificates.client(loops)
    let address = try target.resolved()
    let channels = (0..<connections).map { _ in ServiceChannel(to: address, over: transport) }
    let sample = Sample(values: (0..<floats).map { Float($0) })
    let phases = Phases()

    let results = try await withThrowingTaskGroup(of: (Latencies, Int).self) { group in
      for (index, channel) in channels.enumerated() {
        let loop = loops.loops[index % loops.loops.count]
        for _ in 0..<inFlight {
          group.addTask(executorPreference: loop) {
            try await callAgainAndAgain(channel, sample, phases)
          }
        }
      }
      group.addTask {
        try await Task.sleep(for: .seconds(warmup))
        phases.set(.measure)
        let from = Instant.now
        try await Task.sleep(for: .seconds(seconds))
        phases.set(.end)
        var clock = Latencies()
        clock.elapsed = Instant.now - from
        return (clock, 0)
      }
      var all = Latencies()
      var calls = 0
      for try await (latencies, count) in group {
        all.add(latencies)
        calls += count
      }
      return (all, calls)
    }
    let (all, calls) = results
    let elapsed = Double(all.elapsed.wholeNanoseconds) / 1e9
    print(
      """
      {"calls_per_second":\(Double(all.count) / elapsed),\
      "p50_us":\(all.quantile(0.5)),"p99_us":\(all.quantile(0.99)),\
      "p999_us":\(all.quantile(0.999)),"calls":\(calls)}
      """
    )
  }
}

private func callAgainAndAgain(
  _ channel: ServiceChannel,
  _ sample: Sample,
  _ phases: Phases
) async throws -> (Latencies, Int) {
  let client = BenchClient(channel)
  var latencies = Latencies()
  var calls = 0
  var phase = phases.current
  while phase != .end {
    let from = Instant.now
    let answer = try await client.echo(sample)
    let elapsed = Instant.now.nanoseconds - from.nanoseconds
    precondition(answer.values.count == sample.values.count, "the answer is not what was sent")
    calls += 1
    // A call that began in the measured time counts where it ends.
    if phase == .measure { latencies.add(nanoseconds: elapsed) }
    phase = phases.current
  }
  return (latencies, calls)
}

/// A histogram of latencies: 64 steps to each power of two, so 1.6 % wide.
struct Latencies: Sendable {
  private var buckets = [UInt32](repeating: 0, count: 64 * 40)
  private(set) var count = 0
  var elapsed = Duration.zero

  mutating func add(nanoseconds: Int64) {
    buckets[Latencies.index(UInt64(max(64, nanoseconds)))] += 1
    count += 1
  }

  mutating func add(_ other: Latencies) {
    for index in buckets.indices { buckets[index] += other.buckets[index] }
    count += other.count
    elapsed = max(elapsed, other.elapsed)
  }

  /// Microseconds.
  func quantile(_ part: Double) -> Double {
    var left = Int((Double(count) * part).rounded(.up))
    for (index, bucket) in buckets.enumerated() where bucket > 0 {
      left -= Int(bucket)
      if left <= 0 { return Latencies.middle(index) / 1000 }
    }
    return 0
  }

  private static func index(_ value: UInt64) -> Int {
    let exponent = 63 - value.leadingZeroBitCount
    let mantissa = Int(value >> UInt64(exponent - 6)) & 63
    return min((exponent - 6) * 64 + mantissa, 64 * 40 - 1)
  }

  private static func middle(_ index: Int) -> Double {
    let exponent = index / 64 + 6
    let low = Double(UInt64(64 + index % 64) << UInt64(exponent - 6))
    return low * (1 + 0.5 / 64)
  }
}
