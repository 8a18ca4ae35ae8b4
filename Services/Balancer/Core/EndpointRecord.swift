import Primitives

/// An endpoint as it is kept on disk.
public struct EndpointRecord: Sendable, Equatable {
  public let key: EndpointKey
  /// UUIDv7.
  public let id: String
  public let spec: EndpointSpec
  /// What the request asked for, so that the same request is known again without the model store.
  public let wish: VersionWish
  /// The model version's manifest, encoded.
  public let manifest: Bytes
  public var phase: EndpointPhase
  public let createdUnixMicroseconds: Int64
  public var updatedUnixMicroseconds: Int64
  /// Rises with every change of the row.
  public var revision: UInt64

  public init(
    key: EndpointKey,
    id: String,
    spec: EndpointSpec,
    wish: VersionWish,
    manifest: Bytes,
    phase: EndpointPhase,
    createdUnixMicroseconds: Int64,
    updatedUnixMicroseconds: Int64,
    revision: UInt64
  ) {
    self.key = key
    self.id = id
    self.spec = spec
    self.wish = wish
    self.manifest = manifest
    self.phase = phase
    self.createdUnixMicroseconds = createdUnixMicroseconds
    self.updatedUnixMicroseconds = updatedUnixMicroseconds
    self.revision = revision
  }
}

/// Which version of a model a request asks for.
public struct VersionWish: Sendable, Equatable {
  /// 0 = by alias, or the newest.
  public let version: UInt32
  /// Empty = none.
  public let alias: String

  public init(version: UInt32, alias: String) {
    self.version = version
    self.alias = alias
  }

  public var problem: String? {
    if version != 0, !alias.isEmpty {
      return "variants[0].alias: give either model_version or alias"
    }
    if !alias.isEmpty, let problem = ResourceName.problem(alias) {
      return "variants[0].alias: \(problem)"
    }
    return nil
  }
}

/// What becomes of a request to create an endpoint of a name that the account has already, as far
/// as it can be said without asking the model store which version is meant.
public enum CreateDecision: Sendable, Equatable {
  /// It is there and the same.
  case exists
  /// One is there; whether it is the same depends on the version that the wish means now. When
  /// the model store cannot be asked, `isSameWish` says whether it was the same request.
  case compare(isSameWish: Bool)
  /// Another thing is there.
  case conflict(String)

  public init(existing: EndpointRecord, spec: EndpointSpec, wish: VersionWish) {
    var asked = spec
    asked.modelVersion = existing.spec.modelVersion
    if let difference = existing.spec.difference(from: asked) {
      self = .conflict(difference)
    } else if wish.version == existing.spec.modelVersion {
      self = .exists
    } else if wish.version != 0 {
      asked.modelVersion = wish.version
      self = .conflict(existing.spec.difference(from: asked) ?? "it serves another version")
    } else {
      self = .compare(isSameWish: wish == existing.wish)
    }
  }
}
