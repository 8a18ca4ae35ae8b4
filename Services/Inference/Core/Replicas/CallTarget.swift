import Primitives

/// Whom a call to a model is for.
public enum CallTarget: Equatable, Sendable {
  /// `endpoints/NAME` or `endpoints/NAME/VARIANT`: what the caller's account knows by that name.
  /// Which replica that is only the balancer knows for certain; a host that is asked so says what
  /// it has itself, or else has heard of last.
  case named(endpoint: String, variant: String?)
  /// `replicas/ENDPOINT_ID/VARIANT` or `copies/NAME/FINGERPRINT`: a replica that announces itself
  /// by this very text, and no other.
  case exactly(String)

  private static let prefix = "endpoints/"
  private static let exactPrefixes = ["replicas/", "copies/"]

  public struct Problem: Error, Equatable, CustomStringConvertible {
    public let description: String
  }

  /// Nil when the target is none of a model at all.
  /// - Throws: when it begins like one and goes on wrongly.
  public init?(_ target: String) throws(Problem) {
    if CallTarget.exactPrefixes.contains(where: { target.hasPrefix($0) }) {
      let parts = target.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 3 else {
        throw Problem(
          description: "the target \(target) is not of the form replicas/ENDPOINT_ID/VARIANT or "
            + "copies/NAME/FINGERPRINT"
        )
      }
      try CallTarget.check(parts.dropFirst())
      self = .exactly(target)
      return
    }
    guard target.hasPrefix(CallTarget.prefix) else { return nil }
    let parts = target.dropFirst(CallTarget.prefix.count)
      .split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count) else {
      throw Problem(
        description: "the target \(target) has too many parts; "
          + "use endpoints/NAME or endpoints/NAME/VARIANT"
      )
    }
    try CallTarget.check(parts[...])
    self = .named(endpoint: String(parts[0]), variant: parts.count == 2 ? String(parts[1]) : nil)
  }

  private static func check(_ parts: ArraySlice<Substring>) throws(Problem) {
    for part in parts {
      if let problem = ResourceName.problem(String(part)) {
        throw Problem(description: "the name \"\(part)\" in the target \(problem)")
      }
    }
  }

  /// For people, in the middle of a sentence.
  public var words: String {
    switch self {
    case .named(let endpoint, nil): "endpoint \(endpoint)"
    case .named(let endpoint, let variant?): "endpoint \(endpoint), variant \(variant),"
    case .exactly(let key): key
    }
  }
}
