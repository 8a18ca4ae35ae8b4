import Primitives
import Protocols

/// What becomes of an endpoint that is waited for, from what is seen of it: pure.
struct EndpointProgress: Sendable {
  enum Verdict: Equatable, Sendable {
    case inService
    case waits
    /// It said so, or all its hosts have failed for `failureLimit`; they try again by themselves.
    case failed
    /// Not in time.
    case late
  }

  static let serviceLimit = Duration.seconds(120)
  static let failureLimit = Duration.seconds(10)

  private let start: Instant
  private var failingSince: Instant?

  init(start: Instant) { self.start = start }

  mutating func saw(_ endpoint: Endpoint, now: Instant) -> Verdict {
    switch endpoint.status {
    case .inService: return .inService
    case .failed: return .failed
    case .creating, .updating, .rollingBack, .unspecified, .unrecognized: break
    }
    let isFailing =
      !endpoint.targets.isEmpty && endpoint.targets.allSatisfy { $0.replica?.state == .failed }
    failingSince = isFailing ? failingSince ?? now : nil
    if let failingSince, now - failingSince > Self.failureLimit { return .failed }
    return now < start + Self.serviceLimit ? .waits : .late
  }
}
