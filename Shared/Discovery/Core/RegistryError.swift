/// Why a registry refused. Each case says what was wrong and what to do about it.
public enum RegistryError: Error, Sendable, Equatable {
  /// The peer's certificate names no service, so it cannot register one.
  case notAService
  /// The certificate is of another suite.
  case wrongSuite(presented: String, expected: String)
  /// The certificate's role or instance is not the one that the request speaks for.
  case wrongIdentity(presented: InstanceKey, claimed: InstanceKey)
  /// The description breaks a limit.
  case invalid(InstanceProblem)
  /// The registry is full; the limit counts instances of all roles.
  case tooManyInstances(limit: Int)
  case tooManyRoles(limit: Int)
  case tooManyWatchers(limit: Int)
  /// All labels and attributes together would pass the registry's limit.
  case tooManyBytes(limit: Int)
  /// A newer start of the same instance holds the lease. The older process should end.
  case superseded(byGeneration: UInt64)
  /// The registry knows a newer description of the same start; this one came late.
  case outdated(currentUpdate: UInt64)
  /// Nothing is registered under this name and generation, or its lease expired: register again.
  case unknownLease
  /// This start deregistered already; only a newer generation may register again.
  case departed
}

extension RegistryError: CustomStringConvertible {
  public var description: String {
    switch self {
    case .notAService:
      "the peer's certificate names no service; "
        + "use one with the URI spiffe://<suite>/<role>/<instance>"
    case .wrongSuite(let presented, let expected):
      "the certificate is of suite \(presented.debugDescription), "
        + "this registry serves \(expected.debugDescription)"
    case .wrongIdentity(let presented, let claimed):
      "the certificate is of \(presented) and may not speak for "
        + "\(claimed.description.debugDescription); register under the certificate's name"
    case .invalid(let problem):
      "the instance's \(problem)"
    case .tooManyInstances(let limit):
      "the registry holds its limit of \(limit) instances; raise it or remove some"
    case .tooManyRoles(let limit):
      "the registry holds its limit of \(limit) roles"
    case .tooManyWatchers(let limit):
      "the registry serves its limit of \(limit) watchers; try again later"
    case .tooManyBytes(let limit):
      "labels and attributes of all instances may take \(limit) bytes and would take more"
    case .superseded(let generation):
      "generation \(generation) of this instance holds the lease; "
        + "this process is an older start of it and should end"
    case .outdated(let update):
      "update \(update) of this instance is known already; this request came late"
    case .unknownLease:
      "no lease under this name and generation, or it expired; register again"
    case .departed:
      "this start of the instance has deregistered; only a newer generation may register"
    }
  }
}
