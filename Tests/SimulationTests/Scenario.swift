import Primitives
import RPC
import TestKit

/// All that a seed decides before a run begins.
struct Scenario: Sendable {
  /// Faults and calls begin to come at 0 and end here.
  static let stormEnd = Duration.seconds(8)
  /// Later than the longest back-off after the storm.
  static let calmStart = Duration.seconds(150)

  let seed: UInt64
  var usesForwarder = false
  var hasFaults = false
  var storm = NetworkWeather()
  var serverLimits = WireLimits()
  var forwarderLimits = WireLimits()
  var clientLimits = WireLimits()
  var budgetBytes = 64 << 20
  var connectionLimit = 8
  var pendingCallLimit = 1000
  /// When the server, or the forwarder, drains and another takes its place.
  var serverRestarts: [Duration] = []
  var forwarderRestarts: [Duration] = []
  /// Made while the network misbehaves, and after it.
  var stormCalls: [CallScript] = []
  var calmCalls: [CallScript] = []

  /// Fair weather and these calls.
  init(_ calls: [CallScript]) {
    seed = 1
    stormCalls = calls
    storm.delay = .milliseconds(5)...(.milliseconds(5))
  }

  init(seed: UInt64) {
    self.seed = seed
    var draw = Draw(seed: seed)
    usesForwarder = draw.chance(0.5)
    hasFaults = draw.chance(0.6)
    drawStorm(&draw)
    if draw.chance(0.5) {
      serverLimits = Scenario.drawLimits(&draw)
      forwarderLimits = draw.chance(0.5) ? serverLimits : Scenario.drawLimits(&draw)
      clientLimits = draw.chance(0.5) ? serverLimits : Scenario.drawLimits(&draw)
    }
    if draw.chance(0.15) { budgetBytes = draw.pick([200_000, 1 << 20, 4 << 20]) }
    if draw.chance(0.2) {
      connectionLimit = draw.pick([1, 2])
      pendingCallLimit = draw.pick([3, 20, 1000])
    }
    let largest = largestPayload
    // Sometimes all at once.
    let spread = draw.pick([20, 1000, 6000, 6000])
    for id in 0..<draw.int(10...(spread < 6000 ? 90 : 36)) {
      stormCalls.append(drawCall(id, largest, from: .zero, spread, &draw))
    }
    for id in 1000..<1000 + draw.int(4...12) {
      var call = drawCall(id, largest, from: Scenario.calmStart, spread, &draw)
      call.cancelAfter = nil
      call.timeout = .seconds(600)
      calmCalls.append(call)
    }
    if draw.chance(0.3) { serverRestarts = [draw.milliseconds(0...8000)] }
    if usesForwarder, draw.chance(0.3) { forwarderRestarts = [draw.milliseconds(0...8000)] }
  }

  /// Small pieces and windows are slow, so that what passes through them is small too.
  private var largestPayload: Int {
    let narrowest = min(
      storm.pieceBytes * 16,
      [serverLimits, forwarderLimits, clientLimits].map {
        min($0.streamWindowBytes, $0.connectionWindowBytes, $0.chunkBytes * 4) * 8
      }.min() ?? 0
    )
    // No more than leaves through a far and narrow way in time.
    let isFar = storm.delay.upperBound >= .milliseconds(100)
    return min(1 << 20, narrowest, isFar ? storm.socketBytes * 8 : .max)
  }

  private mutating func drawStorm(_ draw: inout Draw) {
    storm.pieceBytes = draw.pick([64, 1 << 10, 16 << 10, 256 << 10])
    let longest = draw.pick([200, 5000, 100_000])
    storm.socketBytes = draw.pick([2 << 10, 64 << 10, 256 << 10])
    storm.delay = .microseconds(20)...(.microseconds(longest))
    guard hasFaults else { return }
    storm.refusal = draw.pick([0, 0.1, 0.5])
    storm.silence = draw.pick([0, 0, 0.1])
    storm.cut = draw.pick([0.2, 0.6, 1])
    storm.cutAfter = .microseconds(10)...(.milliseconds(draw.pick([20, 500, 5000])))
  }

  private static func drawLimits(_ draw: inout Draw) -> WireLimits {
    var limits = WireLimits()
    limits.maximumFrameBytes = draw.pick([32 << 10, 128 << 10, 1 << 20])
    limits.chunkBytes = draw.pick([1 << 10, 16 << 10, 64 << 10])
    limits.maximumStreams = draw.pick([1, 2, 8, 128])
    limits.streamWindowBytes = draw.pick([1 << 10, 5000, 64 << 10, 256 << 10])
    limits.connectionWindowBytes = draw.pick([4 << 10, 64 << 10, 1 << 20, 4 << 20])
    limits.newStreamsPerCycle = draw.pick([1, 4, 16])
    limits.lastStreamID = draw.pick([1, 5, 41, 0x7FFF_FFFD])
    limits.connectionAge = draw.pick([.seconds(1), .seconds(4), .seconds(3600)])
    limits.drainGrace = draw.pick([.seconds(1), .seconds(30)])
    limits.queuedOutputBytes = draw.pick([32 << 10, 8 << 20])
    limits.cancelCount = draw.pick([2, 200, 200])
    limits.queuedControlFrames = draw.pick([5, 1000])
    return limits
  }

  private func drawCall(
    _ id: Int,
    _ largest: Int,
    from start: Duration,
    _ spread: Int,
    _ draw: inout Draw
  ) -> CallScript {
    let kind = draw.pick([
      CallKind.unary, .unary, .serverStreaming, .clientStreaming, .bidirectional,
    ])
    var script = CallScript(
      id: id,
      kind: kind,
      start: start + draw.milliseconds(0...spread),
      requests: [],
      responses: []
    )
    let requestCount = kind.hasSingleRequest ? 1 : draw.int(0...8)
    let responseCount = kind.hasSingleResponse ? 1 : draw.int(0...8)
    script.requests = (0..<requestCount).map { _ in draw.size(largest) }
    script.responses = (0..<responseCount).map { _ in draw.size(largest) }
    script.isIdempotent = kind == .unary && draw.chance(0.4)
    if draw.chance(0.15) { script.failure = draw.pick([.notFound, .invalidArgument, .aborted]) }
    if draw.chance(0.4) { script.handlerPause = draw.milliseconds(1...800) }
    script.ignoresCancellation = draw.chance(0.2)
    if draw.chance(0.2) { script.writePause = draw.milliseconds(1...300) }
    if draw.chance(0.2) { script.readPause = draw.milliseconds(1...300) }
    script.timeout = draw.pick([
      .milliseconds(draw.int(1...3000)), nil, .seconds(600), .seconds(600),
    ])
    if draw.chance(0.2) { script.cancelAfter = draw.milliseconds(0...1500) }
    if !kind.hasSingleResponse, draw.chance(0.15) { script.leavesAfter = draw.int(1...4) }
    if !kind.hasSingleRequest, draw.chance(0.2) { script.readsOnly = draw.int(1...4) }
    script.sendsMetadata = draw.chance(0.3)
    script.waitsForReady = draw.chance(0.5)
    script.mayRetry = draw.chance(0.8)
    return script
  }
}

/// Draws from one seed.
struct Draw {
  private var generator: SeededGenerator

  init(seed: UInt64) { generator = SeededGenerator(seed: seed ^ 0x5EED) }

  mutating func chance(_ probability: Double) -> Bool {
    Double.random(in: 0..<1, using: &generator) < probability
  }

  mutating func int(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

  mutating func pick<Value>(_ values: [Value]) -> Value { values[int(0...(values.count - 1))] }

  mutating func milliseconds(_ range: ClosedRange<Int>) -> Duration { .milliseconds(int(range)) }

  /// Of all magnitudes up to `most`, 0 among them.
  mutating func size(_ most: Int) -> Int {
    if chance(0.15) { return 0 }
    let bits = Int.bitWidth - 1 - most.leadingZeroBitCount
    return min(most, int(1...(1 << int(0...bits))))
  }
}
