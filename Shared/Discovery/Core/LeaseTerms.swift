import Primitives

/// How long a registry believes in an instance that it hears nothing from.
public struct LeaseTerms: Sendable, Equatable {
  /// An instance that did not renew for this long is gone; 1 s … 1 h.
  public let duration: Duration
  /// How often an instance renews; 100 ms … half of `duration`.
  public let beatInterval: Duration

  /// Values out of range are brought into it: they may come from a peer.
  public init(duration: Duration = .seconds(15), beatInterval: Duration = .seconds(5)) {
    let bounded = min(max(duration, .seconds(1)), .seconds(3600))
    self.duration = bounded
    self.beatInterval = min(max(beatInterval, .milliseconds(100)), bounded / 2)
  }
}

/// A registry's word that an instance is listed, and until when.
public struct Grant: Sendable, Equatable {
  public let terms: LeaseTerms
  /// The registry's revision at the time; what changed by the request is in it.
  public let revision: UInt64

  public init(terms: LeaseTerms, revision: UInt64) {
    self.terms = terms
    self.revision = revision
  }
}
