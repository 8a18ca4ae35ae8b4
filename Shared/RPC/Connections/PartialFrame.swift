import Primitives

/// Watches a frame that has begun to arrive: it must be whole after `partialFrameTimeout`, or bring
/// `progressBytes` in each such time. A slow way is allowed, a frame that was announced and never
/// sent is not.
public struct PartialFrame: Sendable, Equatable {
  /// What earns the frame another `partialFrameTimeout`, in bytes.
  public static let progressBytes = 32 << 10

  private var since: Instant?
  private var countedBytes = 0

  public init() {}

  /// Bytes came. `waitingBytes` of them are no whole frame yet; `hasTaken`: whole frames before
  /// them were.
  public mutating func received(waitingBytes: Int, hasTaken: Bool, now: Instant) {
    guard waitingBytes > 0 else {
      since = nil
      return
    }
    if since == nil || hasTaken || waitingBytes - countedBytes >= PartialFrame.progressBytes {
      since = now
      countedBytes = waitingBytes
    }
  }

  public func isStuck(now: Instant, limits: WireLimits) -> Bool {
    since.map { now - $0 >= limits.partialFrameTimeout } ?? false
  }
}
