import DiscoveryCore
import Primitives
import Protocols
import RPC
import WireCodec

extension RegistryRefusal {
  static let typeURL = "type.googleapis.com/\(RegistryRefusal.messageName)"

  fileprivate init(_ error: RegistryError) {
    self.init()
    switch error {
    case .notAService: reason = .notAService
    case .wrongSuite(let presented, let expected):
      reason = .wrongSuite
      self.presented = presented
      self.expected = expected
    case .wrongIdentity(let presented, let claimed):
      reason = .wrongIdentity
      self.presented = presented.description
      expected = claimed.description
    case .invalid(let problem):
      reason = .invalid
      presented = problem.field
      expected = problem.problem
    case .tooManyInstances(let limit):
      reason = .tooManyInstances
      number = UInt64(limit)
    case .tooManyRoles(let limit):
      reason = .tooManyRoles
      number = UInt64(limit)
    case .tooManyWatchers(let limit):
      reason = .tooManyWatchers
      number = UInt64(limit)
    case .tooManyBytes(let limit):
      reason = .tooManyBytes
      number = UInt64(limit)
    case .superseded(let generation):
      reason = .superseded
      number = generation
    case .outdated(let update):
      reason = .outdated
      number = update
    case .unknownLease: reason = .unknownLease
    case .departed: reason = .departed
    }
  }

  /// Nil for a reason that only newer peers know.
  fileprivate var error: RegistryError? {
    let limit = Int(clamping: number)
    switch reason {
    case .notAService: return .notAService
    case .wrongSuite: return .wrongSuite(presented: presented, expected: expected)
    case .wrongIdentity:
      return .wrongIdentity(presented: Self.key(presented), claimed: Self.key(expected))
    case .invalid: return .invalid(InstanceProblem(presented, expected))
    case .tooManyInstances: return .tooManyInstances(limit: limit)
    case .tooManyRoles: return .tooManyRoles(limit: limit)
    case .tooManyWatchers: return .tooManyWatchers(limit: limit)
    case .tooManyBytes: return .tooManyBytes(limit: limit)
    case .superseded: return .superseded(byGeneration: number)
    case .outdated: return .outdated(currentUpdate: number)
    case .unknownLease: return .unknownLease
    case .departed: return .departed
    case .unspecified, .unrecognized: return nil
    }
  }

  private static func key(_ text: String) -> InstanceKey {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    return InstanceKey(role: String(parts[0]), id: parts.count > 1 ? String(parts[1]) : "")
  }
}

extension RPCError {
  /// A registry's refusal: a code and words for people, a detail for programs.
  init(_ error: RegistryError) {
    let refusal = RegistryRefusal(error)
    self.init(
      error.code,
      error.description,
      details: [Detail(typeURL: RegistryRefusal.typeURL, value: refusal.encoded())]
    )
  }

  /// The registry's refusal that the error carries; nil when it is none.
  var registryError: RegistryError? {
    for detail in details where detail.typeURL == RegistryRefusal.typeURL {
      return (try? RegistryRefusal(decoding: detail.value))?.error
    }
    return nil
  }
}

extension RegistryError {
  fileprivate var code: StatusCode {
    switch self {
    case .notAService, .wrongSuite, .wrongIdentity: .permissionDenied
    case .invalid: .invalidArgument
    case .tooManyInstances, .tooManyRoles, .tooManyWatchers, .tooManyBytes: .resourceExhausted
    case .superseded, .outdated, .departed: .failedPrecondition
    case .unknownLease: .notFound
    }
  }
}
