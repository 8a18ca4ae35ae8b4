/// Where a call on the native edge wants to go.
public enum CallTarget: Sendable, Equatable {
  /// Service by role: `services/model-store`.
  case service(BackendService)
  /// `endpoints/NAME[/VARIANT]`.
  case endpoint(name: String)

  public init?(_ text: String) {
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    switch parts.first {
    case "services" where parts.count == 2:
      guard let service = BackendService(rawValue: String(parts[1])) else { return nil }
      self = .service(service)
    case "endpoints" where parts.count == 2 || parts.count == 3:
      guard parts.dropFirst().allSatisfy({ !$0.isEmpty }) else { return nil }
      self = .endpoint(name: String(parts[1]))
    default: return nil
    }
  }

  /// The role whose instances take the call.
  public var role: String {
    switch self {
    case .service(let service): service.rawValue
    case .endpoint: BackendService.balancer.rawValue
    }
  }
}

/// The services behind the gateway that callers may speak to, by role.
public enum BackendService: String, Sendable, CaseIterable {
  case modelStore = "model-store"
  case trainer
  case balancer

  /// The one service of the role that is for callers. What else a role answers, such as the
  /// registry, is between services: it trusts the gateway's certificate, so the gateway must not
  /// lend it.
  var methodPrefix: String {
    switch self {
    case .modelStore: "/martlet.models.v1.ModelStore/"
    case .trainer: "/martlet.training.v1.Trainer/"
    case .balancer: "/martlet.endpoints.v1.Endpoints/"
    }
  }
}

/// What a method needs of its caller.
public enum MethodAccess {
  public enum Refusal: Error, Sendable, Equatable {
    /// No such method is for callers from outside.
    case notOffered
    /// It shows more than one account: for operators.
    case operatorsOnly
  }

  /// Methods that show all accounts.
  private static let operatorMethods: Set<String> = [
    "/martlet.endpoints.v1.Endpoints/WatchEndpoints",
    "/martlet.endpoints.v1.Endpoints/ListHosts",
  ]
  private static let inferencePrefix = "/martlet.inference.v1.Inference/"

  public static func need(
    of method: String,
    at target: CallTarget,
    isOperator: Bool
  ) throws(Refusal) -> Admission.Need {
    switch target {
    case .endpoint(let name):
      guard method.hasPrefix(inferencePrefix) else { throw .notOffered }
      return .invoke(endpoint: name)
    case .service(let service):
      guard method.hasPrefix(service.methodPrefix) else { throw .notOffered }
      if operatorMethods.contains(method), !isOperator { throw .operatorsOnly }
      let name = method.dropFirst(service.methodPrefix.count)
      let isReading = ["Describe", "List", "Watch", "Download"].contains { name.hasPrefix($0) }
      return isReading ? .read(service: service.rawValue) : .manage(service: service.rawValue)
    }
  }
}
