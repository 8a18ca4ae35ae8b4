import Primitives

/// Judges pings: one each interval is fine, closer ones are strikes, and strikes end a connection.
struct PingGuard: Sendable, Equatable {
  private var last: Instant?
  private var strikes = 0

  /// True when the peer pings too often to be kept.
  mutating func received(now: Instant, limits: WireLimits) -> Bool {
    defer { last = now }
    guard let last, now - last < limits.pingInterval else {
      // Good conduct is remembered too: three bursts in an hour are no flood.
      strikes = max(0, strikes - 1)
      return false
    }
    strikes += 1
    return strikes >= limits.pingStrikes
  }
}

/// Judges frames that say that a message goes on and carry none of it: they cost no credit, so
/// nothing else bounds them (CVE-2019-9518).
struct EmptyFrameGuard: Sendable, Equatable {
  private var run = 0

  @inline(__always)
  mutating func received(
    _ count: Int,
    hasMore: Bool,
    endsStream: Bool,
    limits: WireLimits
  ) throws(WireViolation) {
    guard count == 0, hasMore, !endsStream else {
      run = 0
      return
    }
    run += 1
    if run > limits.emptyFrames {
      throw .abuse("more than \(limits.emptyFrames) frames in a row that carry nothing")
    }
  }
}

/// Judges cancels and resets that the peer provoked, beside the streams that it began: the answer
/// to "rapid reset" (CVE-2023-44487) and "made you reset" (CVE-2025-8671).
struct CancelGuard: Sendable, Equatable {
  private var windowStart: Instant?
  private var begun = 0
  private var cancelled = 0
  /// Until when new streams are refused; nil while the peer behaves.
  private(set) var refusesUntil: Instant?

  @inline(__always)
  mutating func began(now: Instant, limits: WireLimits) {
    roll(now, limits)
    begun += 1
  }

  /// True when the connection has crossed the limit with this one.
  mutating func cancelled(now: Instant, limits: WireLimits) -> Bool {
    roll(now, limits)
    cancelled += 1
    guard cancelled > limits.cancelCount, cancelled * 2 > begun else { return false }
    refusesUntil = now + limits.cancelWindow
    return true
  }

  /// True while new streams are refused.
  mutating func isRefusing(now: Instant) -> Bool {
    guard let until = refusesUntil else { return false }
    if now < until { return true }
    refusesUntil = nil
    return false
  }

  @inline(__always)
  private mutating func roll(_ now: Instant, _ limits: WireLimits) {
    if let start = windowStart, now - start < limits.cancelWindow { return }
    windowStart = now
    begun = 0
    cancelled = 0
  }
}

/// Finds out whether a silent peer lives.
public struct Keepalive: Sendable, Equatable {
  private var heardAt: Instant
  private var askedAt: Instant?

  public enum OnTick: Sendable, Equatable {
    case none
    case ping
    case dead
  }

  public init(now: Instant) { heardAt = now }

  public mutating func heard(now: Instant) {
    heardAt = now
    askedAt = nil
  }

  public mutating func tick(now: Instant, hasOpenStreams: Bool, limits: WireLimits) -> OnTick {
    if let askedAt {
      return now - askedAt >= limits.keepaliveTimeout ? .dead : .none
    }
    guard hasOpenStreams, now - heardAt >= limits.keepaliveIdle else { return .none }
    askedAt = now
    return .ping
  }
}

/// How a connection ends in order: GoAway(2^31-1) → ping → GoAway(last) → grace → close.
public enum DrainPhase: Sendable, Equatable {
  /// New streams are welcome. → announced
  case serving
  /// The peer was told to open nothing new; its ping answer is awaited, so that what it opened
  /// before it heard is still served. → final
  case announced(since: Instant)
  /// The last id was said; streams above it are refused. Ends when none is open, or at `until`.
  case final(lastStreamID: UInt32, until: Instant)
}
