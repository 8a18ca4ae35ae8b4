import Primitives

/// What the public port has.
public enum PublicRoute: Sendable, Equatable {
  case health
  case readiness
  case invocation(endpoint: String)
  case unknown

  public init(path: String) {
    switch path {
    case "/healthz": self = .health
    case "/readyz": self = .readiness
    default:
      let parts = path.split(separator: "/", omittingEmptySubsequences: false)
      guard parts.count == 4, parts[0].isEmpty, parts[1] == "endpoints",
        parts[3] == "invocations", ResourceName.problem(String(parts[2])) == nil
      else {
        self = .unknown
        return
      }
      self = .invocation(endpoint: String(parts[2]))
    }
  }

  /// The label of metrics.
  public var label: String {
    switch self {
    case .health: "/healthz"
    case .readiness: "/readyz"
    case .invocation: "/endpoints/{name}/invocations"
    case .unknown: "other"
    }
  }
}
