import Primitives

/// Whom a call to a model is for: `endpoints/NAME` or `endpoints/NAME/VARIANT`.
public struct CallTarget: Equatable, Sendable {
  public static let prefix = "endpoints/"
  public let endpoint: String
  /// Nil: any variant.
  public let variant: String?

  public struct Problem: Error, Equatable, CustomStringConvertible {
    public let description: String
  }

  /// Nil when the target is not one of an endpoint at all.
  /// - Throws: when it begins like one and goes on wrongly.
  public init?(_ target: String) throws(Problem) {
    guard target.hasPrefix(CallTarget.prefix) else { return nil }
    let parts = target.dropFirst(CallTarget.prefix.count)
      .split(separator: "/", omittingEmptySubsequences: false)
    guard (1...2).contains(parts.count) else {
      throw Problem(
        description: "the target \(target) has too many parts; "
          + "use endpoints/NAME or endpoints/NAME/VARIANT"
      )
    }
    for part in parts {
      if let problem = ResourceName.problem(String(part)) {
        throw Problem(description: "the name \"\(part)\" in the target \(problem)")
      }
    }
    endpoint = String(parts[0])
    variant = parts.count == 2 ? String(parts[1]) : nil
  }

  /// The name of the registry's attribute that says that a host has a ready replica.
  public var attribute: String { CallTarget.attribute(of: endpoint) }

  public static func attribute(of endpoint: String) -> String { prefix + endpoint }
}
