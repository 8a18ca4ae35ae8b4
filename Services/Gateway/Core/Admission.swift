/// Whether somebody may do what a request asks for.
public enum Admission {
  /// What a request needs.
  public enum Need: Sendable, Equatable {
    case invoke(endpoint: String)
    case read(service: String)
    case manage(service: String)

    var action: KeyAction {
      switch self {
      case .invoke: .invoke
      case .read: .read
      case .manage: .manage
      }
    }
  }

  /// How somebody shows who they are.
  public enum Presented: Sendable, Equatable {
    /// A certificate of role operator, which may do everything.
    case `operator`
    /// Neither a key nor a certificate that counts.
    case nothing
    /// The words of `Authorization` are not `Bearer SECRET`.
    case unreadable
    /// A text that no key has.
    case unknownKey
    case key(AccessKey)
  }

  /// On whose behalf a request goes on.
  public struct Grant: Sendable, Equatable {
    public var account: String
    /// A key's id, or `operator`.
    public var keyID: String

    public init(account: String, keyID: String) {
      self.account = account
      self.keyID = keyID
    }
  }

  public enum Refusal: Error, Sendable, Equatable {
    case noKey
    case unreadableKey
    case unknownKey
    case expiredKey
    case revokedKey
    case lacksAction(KeyAction, key: String, what: String)
    case lacksEndpoint(String, key: String)

    /// True when the holder is not known; false when they are known and may not.
    public var isAboutIdentity: Bool {
      switch self {
      case .noKey, .unreadableKey, .unknownKey, .expiredKey, .revokedKey: true
      case .lacksAction, .lacksEndpoint: false
      }
    }

    /// For people: what is wrong and what to do.
    public var words: String {
      switch self {
      case .noKey:
        "no key was given: send `authorization: Bearer mk_…` with a key of "
          + "`martlet keys create`"
      case .unreadableKey: "authorization: expected `Bearer mk_…`"
      case .unknownKey: "the key is not known: it is mistyped, or of another installation"
      case .expiredKey: "the key has expired: make another with `martlet keys create`"
      case .revokedKey: "the key was revoked: make another with `martlet keys create`"
      case .lacksAction(let action, let key, let what):
        "the key \(key) lacks the action \(action.rawValue), which \(what) needs"
      case .lacksEndpoint(let endpoint, let key):
        "the key \(key) is for other endpoints than \(endpoint)"
      }
    }
  }

  /// Stands in a grant for a key's id.
  public static let operatorID = "operator"
  /// The account of operators.
  public static let defaultAccount = "default"

  /// Who it is, whatever they want: a key that holds now, or nil for an operator.
  public static func identify(
    _ presented: Presented,
    nowUnixMicroseconds now: Int64
  ) throws(Refusal) -> AccessKey? {
    switch presented {
    case .operator: return nil
    case .nothing: throw .noKey
    case .unreadable: throw .unreadableKey
    case .unknownKey: throw .unknownKey
    case .key(let key):
      if key.revokedUnixMicroseconds != 0 { throw .revokedKey }
      if key.expiresUnixMicroseconds != 0, key.expiresUnixMicroseconds <= now { throw .expiredKey }
      return key
    }
  }

  public static func decide(
    _ presented: Presented,
    needs need: Need,
    nowUnixMicroseconds now: Int64
  ) throws(Refusal) -> Grant {
    guard let key = try identify(presented, nowUnixMicroseconds: now) else {
      return Grant(account: defaultAccount, keyID: operatorID)
    }
    guard key.actions.contains(need.action) else {
      throw .lacksAction(need.action, key: key.name, what: words(need))
    }
    if case .invoke(let endpoint) = need, !key.endpoints.isEmpty,
      !key.endpoints.contains(endpoint)
    {
      throw .lacksEndpoint(endpoint, key: key.name)
    }
    return Grant(account: key.account, keyID: key.id)
  }

  private static func words(_ need: Need) -> String {
    switch need {
    case .invoke(let endpoint): "a prediction of \(endpoint)"
    case .read(let service): "looking at what \(service) has"
    case .manage(let service): "changing what \(service) has"
    }
  }
}
