import Primitives

/// Whether a loop that has nothing to do should look for work a while before it sleeps.
///
/// A thread that sleeps takes 30 to 50 µs to wake, several times what a small call costs. Where the
/// next work usually comes sooner than `longest`, looking for it instead of sleeping takes that off
/// every hop. A pure machine, after the halt polling of Linux' KVM: it polls only as long as that
/// has paid off lately, and stops at the first idle time that was too long.
public struct IdlePolling: Sendable, Equatable {
  /// No idle time is polled for longer; so much is wasted when traffic ends.
  public static let longest = Duration.microseconds(200)
  static let shortest = Duration.microseconds(10)
  /// Idle times that must have been short before polling begins.
  static let warmUpCount = 8

  /// How long to look for work when the loop becomes idle; zero = sleep at once.
  public private(set) var window = Duration.zero
  private var shortCount = 0

  public init() {}

  /// Work came after an idle time of this length, polled or slept.
  public mutating func idleEnded(after gap: Duration) {
    guard gap <= IdlePolling.longest else {
      window = .zero
      shortCount = 0
      return
    }
    if shortCount < IdlePolling.warmUpCount {
      shortCount += 1
      return
    }
    if gap > window {
      window = min(max(window * 2, IdlePolling.shortest, gap), IdlePolling.longest)
    }
  }
}
