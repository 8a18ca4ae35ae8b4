import InProcessTransport
import Primitives
import Transport

/// One thread of virtual time: a `ManualLoop`, what happens to it from outside and when, chance
/// from one seed, and a transcript whose hash tells two runs apart.
///
/// Everything of a simulation runs inside `run`, on the thread that calls it.
// `@unchecked`: for one thread at a time, which the test that owns it sees to.
public final class VirtualTime: @unchecked Sendable {
  public let loop = ManualLoop()
  public var generator: SeededGenerator
  /// FNV-1a over all lines that were noted.
  public private(set) var transcriptHash: UInt64 = 0xCBF2_9CE4_8422_2325
  /// The last lines that were noted, oldest first.
  public private(set) var lastLines: [String] = []
  /// Print each line as it comes: for a run that is looked at.
  public var isPrinting = false
  /// Events that have happened.
  public private(set) var eventCount = 0

  private struct Event {
    var instant: Instant
    var order: Int
    var action: @Sendable () -> Void

    func isBefore(_ other: Event) -> Bool {
      instant == other.instant ? order < other.order : instant < other.instant
    }
  }

  /// A binary heap.
  private var events: [Event] = []
  private var nextOrder = 0
  private static let keptLineCount = 60

  public init(seed: UInt64) { generator = SeededGenerator(seed: seed) }

  public var now: Instant { loop.clock }
  /// Since the beginning.
  public var elapsed: Duration { now - Instant(nanoseconds: 1_000_000_000) }
  public var pendingEventCount: Int { events.count }

  // MARK: Chance

  public func chance(_ probability: Double) -> Bool {
    Double.random(in: 0..<1, using: &generator) < probability
  }

  public func pick<Value>(_ values: [Value]) -> Value {
    values[Int.random(in: values.indices, using: &generator)]
  }

  public func draw(_ range: ClosedRange<Int>) -> Int { Int.random(in: range, using: &generator) }

  public func draw(_ range: ClosedRange<Duration>) -> Duration {
    .nanoseconds(
      Int64.random(
        in: range.lowerBound.wholeNanoseconds...range.upperBound.wholeNanoseconds,
        using: &generator
      )
    )
  }

  // MARK: The transcript

  public func note(_ line: @autoclosure () -> String) {
    let text = "\(elapsed.wholeMicroseconds) \(line())"
    for byte in text.utf8 { transcriptHash = (transcriptHash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    if lastLines.count == VirtualTime.keptLineCount { lastLines.removeFirst() }
    lastLines.append(text)
    if isPrinting { print(text) }
  }

  // MARK: Events

  /// Runs `action` on the loop at `instant`; two at one instant run in the order of these calls.
  public func at(_ instant: Instant, _ action: @escaping @Sendable () -> Void) {
    let event = Event(instant: max(instant, now), order: nextOrder, action: action)
    nextOrder += 1
    var index = events.count
    events.append(event)
    while index > 0, event.isBefore(events[(index - 1) / 2]) {
      events[index] = events[(index - 1) / 2]
      index = (index - 1) / 2
    }
    events[index] = event
  }

  public func after(_ delay: Duration, _ action: @escaping @Sendable () -> Void) {
    at(now + delay, action)
  }

  private func popFirst() -> Event {
    let first = events[0]
    let last = events.removeLast()
    guard !events.isEmpty else { return first }
    var index = 0
    while true {
      var child = index * 2 + 1
      guard child < events.count else { break }
      if child + 1 < events.count, events[child + 1].isBefore(events[child]) { child += 1 }
      guard events[child].isBefore(last) else { break }
      events[index] = events[child]
      index = child
    }
    events[index] = last
    return first
  }

  /// Lets time pass until `isDone`, which is asked after each event, or until `end`. Answers
  /// whether it is done. `watch` sees each step.
  public func run(
    until end: Instant,
    watch: () -> Void = {},
    isDone: () -> Bool = { false }
  ) -> Bool {
    loop.run()
    while !isDone() {
      let next = min(events.first?.instant ?? .distantFuture, loop.armedDeadline ?? .distantFuture)
      guard next <= end else {
        loop.advance(by: end - now)
        return isDone()
      }
      loop.advance(by: max(.zero, next - now))
      while let first = events.first, first.instant <= next {
        loop.execute(popFirst().action)
        eventCount += 1
      }
      loop.run()
      watch()
    }
    return true
  }

  // MARK: Waiting

  /// A task's wait. Ends early when the task is cancelled, unless it ignores that.
  public func pause(_ duration: Duration, ignoresCancellation: Bool = false) async {
    guard duration > .zero else { return }
    let sleeper = Sleeper()
    await withTaskCancellationHandler {
      await withUnsafeContinuation { continuation in
        if sleeper.isCancelled, !ignoresCancellation { return continuation.resume() }
        sleeper.continuation = continuation
        after(duration) { sleeper.wake() }
      }
    } onCancel: {
      sleeper.isCancelled = true
      if !ignoresCancellation { sleeper.wake() }
    }
  }

  // `@unchecked`: on the one thread of the simulation.
  private final class Sleeper: @unchecked Sendable {
    var continuation: UnsafeContinuation<Void, Never>?
    var isCancelled = false

    func wake() {
      guard let continuation else { return }
      self.continuation = nil
      continuation.resume()
    }
  }
}
