import Primitives

/// An API key as the gateway keeps it: everything but its secret, of which only a digest is known.
public struct AccessKey: Sendable, Equatable {
  /// Endpoints that one key may name.
  public static let maximumEndpointCount = 1000

  /// UUIDv7.
  public var id: String
  public var name: String
  public var account: String
  public var actions: Set<KeyAction>
  /// Endpoints that it may invoke; empty = all of its account.
  public var endpoints: Set<String>
  /// 0 = never.
  public var expiresUnixMicroseconds: Int64
  public var createdUnixMicroseconds: Int64
  /// 0 = it is not revoked.
  public var revokedUnixMicroseconds: Int64
  public var updatedUnixMicroseconds: Int64
  /// Rises with each change.
  public var revision: Int64

  public init(
    id: String,
    name: String,
    account: String,
    actions: Set<KeyAction>,
    endpoints: Set<String> = [],
    expiresUnixMicroseconds: Int64 = 0,
    createdUnixMicroseconds: Int64,
    revokedUnixMicroseconds: Int64 = 0,
    updatedUnixMicroseconds: Int64,
    revision: Int64 = 1
  ) {
    self.id = id
    self.name = name
    self.account = account
    self.actions = actions
    self.endpoints = endpoints
    self.expiresUnixMicroseconds = expiresUnixMicroseconds
    self.createdUnixMicroseconds = createdUnixMicroseconds
    self.revokedUnixMicroseconds = revokedUnixMicroseconds
    self.updatedUnixMicroseconds = updatedUnixMicroseconds
    self.revision = revision
  }

  /// What is wrong with a key that somebody wants made, with the field in front; nil when nothing.
  public static func problem(
    name: String,
    endpoints: [String],
    expiresUnixMicroseconds: Int64,
    nowUnixMicroseconds now: Int64
  ) -> String? {
    if let problem = ResourceName.problem(name) { return "name: \(problem)" }
    if endpoints.count > maximumEndpointCount {
      return "endpoints: a key names at most \(maximumEndpointCount); leave it empty for all"
    }
    for (index, endpoint) in endpoints.enumerated() {
      if let problem = ResourceName.problem(endpoint) { return "endpoints[\(index)]: \(problem)" }
    }
    if expiresUnixMicroseconds < 0 { return "expires_unix_us: must not be negative" }
    if expiresUnixMicroseconds != 0, expiresUnixMicroseconds <= now {
      return "expires_unix_us: lies in the past; 0 stands for never"
    }
    return nil
  }
}
