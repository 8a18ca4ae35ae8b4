// Generated from martlet/gateway/v1/keys.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CProtocols
import Primitives
import WireCodec

/// What a key lets its holder do.
public enum Action: WireEnum {
  case unspecified
  /// Ask endpoints for predictions.
  case invoke
  /// See models, datasets, jobs and endpoints.
  case read
  /// Change them.
  case manage
  /// A number that has no name here.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .invoke
    case 2: self = .read
    case 3: self = .manage
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .invoke: 1
    case .read: 2
    case .manage: 3
    case .unrecognized(let number): number
    }
  }
}

public struct APIKey: CBackedMessage {
  /// UUIDv7; no secret.
  public var id: String = ""
  public var name: String = ""
  public var account: String = ""
  public var actions: [Action] = []
  /// Endpoints that it may invoke; empty = all.
  public var endpoints: [String] = []
  /// 0 = never.
  public var expiresUnixUs: Int64 = 0
  public var createdUnixUs: Int64 = 0
  /// 0 = it is not revoked.
  public var revokedUnixUs: Int64 = 0

  public init() {}

  public init(
    id: String = "",
    name: String = "",
    account: String = "",
    actions: [Action] = [],
    endpoints: [String] = [],
    expiresUnixUs: Int64 = 0,
    createdUnixUs: Int64 = 0,
    revokedUnixUs: Int64 = 0
  ) {
    self.id = id
    self.name = name
    self.account = account
    self.actions = actions
    self.endpoints = endpoints
    self.expiresUnixUs = expiresUnixUs
    self.createdUnixUs = createdUnixUs
    self.revokedUnixUs = revokedUnixUs
  }

  public static let messageName = "martlet.gateway.v1.APIKey"

  public var description: String {
    var text = MessageDescription("APIKey")
    text.add("id", self.id)
    text.add("name", self.name)
    text.add("account", self.account)
    text.add("actions", self.actions)
    text.add("endpoints", self.endpoints)
    text.add("expiresUnixUs", self.expiresUnixUs)
    text.add("createdUnixUs", self.createdUnixUs)
    text.add("revokedUnixUs", self.revokedUnixUs)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Gateway__V1__APIKey>.size,
  ) {
    martlet__gateway__v1__apikey__init($0.assumingMemoryBound(to: Martlet__Gateway__V1__APIKey.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Gateway__V1__APIKey.self)
    self.id = Unpacked.text(c.pointee.id)
    self.name = Unpacked.text(c.pointee.name)
    self.account = Unpacked.text(c.pointee.account)
    self.actions = Unpacked.enums(c.pointee.actions, c.pointee.n_actions)
    self.endpoints = Unpacked.texts(c.pointee.endpoints, c.pointee.n_endpoints)
    self.expiresUnixUs = c.pointee.expires_unix_us
    self.createdUnixUs = c.pointee.created_unix_us
    self.revokedUnixUs = c.pointee.revoked_unix_us
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Gateway__V1__APIKey.self)
    martlet__gateway__v1__apikey__init(c)
    if !self.id.isEmpty {
      c.pointee.id = arena.text(self.id)
    }
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    if !self.account.isEmpty {
      c.pointee.account = arena.text(self.account)
    }
    if !self.actions.isEmpty {
      c.pointee.n_actions = self.actions.count
      c.pointee.actions = arena.enums(self.actions)
    }
    if !self.endpoints.isEmpty {
      c.pointee.n_endpoints = self.endpoints.count
      c.pointee.endpoints = arena.texts(self.endpoints)
    }
    c.pointee.expires_unix_us = self.expiresUnixUs
    c.pointee.created_unix_us = self.createdUnixUs
    c.pointee.revoked_unix_us = self.revokedUnixUs
  }
}

public struct CreateKeyRequest: CBackedMessage {
  public var name: String = ""
  /// Empty = INVOKE.
  public var actions: [Action] = []
  public var endpoints: [String] = []
  public var expiresUnixUs: Int64 = 0

  public init() {}

  public init(
    name: String = "",
    actions: [Action] = [],
    endpoints: [String] = [],
    expiresUnixUs: Int64 = 0
  ) {
    self.name = name
    self.actions = actions
    self.endpoints = endpoints
    self.expiresUnixUs = expiresUnixUs
  }

  public static let messageName = "martlet.gateway.v1.CreateKeyRequest"

  public var description: String {
    var text = MessageDescription("CreateKeyRequest")
    text.add("name", self.name)
    text.add("actions", self.actions)
    text.add("endpoints", self.endpoints)
    text.add("expiresUnixUs", self.expiresUnixUs)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Gateway__V1__CreateKeyRequest>.size,
  ) {
    martlet__gateway__v1__create_key_request__init($0.assumingMemoryBound(to: Martlet__Gateway__V1__CreateKeyRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Gateway__V1__CreateKeyRequest.self)
    self.name = Unpacked.text(c.pointee.name)
    self.actions = Unpacked.enums(c.pointee.actions, c.pointee.n_actions)
    self.endpoints = Unpacked.texts(c.pointee.endpoints, c.pointee.n_endpoints)
    self.expiresUnixUs = c.pointee.expires_unix_us
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Gateway__V1__CreateKeyRequest.self)
    martlet__gateway__v1__create_key_request__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    if !self.actions.isEmpty {
      c.pointee.n_actions = self.actions.count
      c.pointee.actions = arena.enums(self.actions)
    }
    if !self.endpoints.isEmpty {
      c.pointee.n_endpoints = self.endpoints.count
      c.pointee.endpoints = arena.texts(self.endpoints)
    }
    c.pointee.expires_unix_us = self.expiresUnixUs
  }
}

public struct CreateKeyResponse: CBackedMessage {
  public var key: APIKey? = nil
  /// Shown here and never again.
  public var secret: String = ""

  public init() {}

  public init(
    key: APIKey? = nil,
    secret: String = ""
  ) {
    self.key = key
    self.secret = secret
  }

  public static let messageName = "martlet.gateway.v1.CreateKeyResponse"

  public var description: String {
    var text = MessageDescription("CreateKeyResponse")
    text.add("key", self.key)
    text.add("secret", self.secret)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Gateway__V1__CreateKeyResponse>.size,
  ) {
    martlet__gateway__v1__create_key_response__init($0.assumingMemoryBound(to: Martlet__Gateway__V1__CreateKeyResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Gateway__V1__CreateKeyResponse.self)
    self.key = Unpacked.message(c.pointee.key, source) as APIKey?
    self.secret = Unpacked.text(c.pointee.secret)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Gateway__V1__CreateKeyResponse.self)
    martlet__gateway__v1__create_key_response__init(c)
    if let value = self.key {
      c.pointee.key = arena.message(value)
    }
    if !self.secret.isEmpty {
      c.pointee.secret = arena.text(self.secret)
    }
  }
}

public struct RevokeKeyRequest: CBackedMessage {
  /// A key's id or name.
  public var id: String = ""

  public init() {}

  public init(
    id: String = ""
  ) {
    self.id = id
  }

  public static let messageName = "martlet.gateway.v1.RevokeKeyRequest"

  public var description: String {
    var text = MessageDescription("RevokeKeyRequest")
    text.add("id", self.id)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Gateway__V1__RevokeKeyRequest>.size,
  ) {
    martlet__gateway__v1__revoke_key_request__init($0.assumingMemoryBound(to: Martlet__Gateway__V1__RevokeKeyRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Gateway__V1__RevokeKeyRequest.self)
    self.id = Unpacked.text(c.pointee.id)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Gateway__V1__RevokeKeyRequest.self)
    martlet__gateway__v1__revoke_key_request__init(c)
    if !self.id.isEmpty {
      c.pointee.id = arena.text(self.id)
    }
  }
}

public struct RevokeKeyResponse: CBackedMessage {
  public var key: APIKey? = nil

  public init() {}

  public init(
    key: APIKey? = nil
  ) {
    self.key = key
  }

  public static let messageName = "martlet.gateway.v1.RevokeKeyResponse"

  public var description: String {
    var text = MessageDescription("RevokeKeyResponse")
    text.add("key", self.key)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Gateway__V1__RevokeKeyResponse>.size,
  ) {
    martlet__gateway__v1__revoke_key_response__init($0.assumingMemoryBound(to: Martlet__Gateway__V1__RevokeKeyResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Gateway__V1__RevokeKeyResponse.self)
    self.key = Unpacked.message(c.pointee.key, source) as APIKey?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Gateway__V1__RevokeKeyResponse.self)
    martlet__gateway__v1__revoke_key_response__init(c)
    if let value = self.key {
      c.pointee.key = arena.message(value)
    }
  }
}

public struct ListKeysRequest: CBackedMessage {
  public var pageSize: UInt32 = 0
  public var pageToken: String = ""

  public init() {}

  public init(
    pageSize: UInt32 = 0,
    pageToken: String = ""
  ) {
    self.pageSize = pageSize
    self.pageToken = pageToken
  }

  public static let messageName = "martlet.gateway.v1.ListKeysRequest"

  public var description: String {
    var text = MessageDescription("ListKeysRequest")
    text.add("pageSize", self.pageSize)
    text.add("pageToken", self.pageToken)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Gateway__V1__ListKeysRequest>.size,
  ) {
    martlet__gateway__v1__list_keys_request__init($0.assumingMemoryBound(to: Martlet__Gateway__V1__ListKeysRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Gateway__V1__ListKeysRequest.self)
    self.pageSize = c.pointee.page_size
    self.pageToken = Unpacked.text(c.pointee.page_token)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Gateway__V1__ListKeysRequest.self)
    martlet__gateway__v1__list_keys_request__init(c)
    c.pointee.page_size = self.pageSize
    if !self.pageToken.isEmpty {
      c.pointee.page_token = arena.text(self.pageToken)
    }
  }
}

public struct ListKeysResponse: CBackedMessage {
  public var keys: [APIKey] = []
  public var nextPageToken: String = ""

  public init() {}

  public init(
    keys: [APIKey] = [],
    nextPageToken: String = ""
  ) {
    self.keys = keys
    self.nextPageToken = nextPageToken
  }

  public static let messageName = "martlet.gateway.v1.ListKeysResponse"

  public var description: String {
    var text = MessageDescription("ListKeysResponse")
    text.add("keys", self.keys)
    text.add("nextPageToken", self.nextPageToken)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Gateway__V1__ListKeysResponse>.size,
  ) {
    martlet__gateway__v1__list_keys_response__init($0.assumingMemoryBound(to: Martlet__Gateway__V1__ListKeysResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Gateway__V1__ListKeysResponse.self)
    self.keys = Unpacked.messages(c.pointee.keys, c.pointee.n_keys, source)
    self.nextPageToken = Unpacked.text(c.pointee.next_page_token)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Gateway__V1__ListKeysResponse.self)
    martlet__gateway__v1__list_keys_response__init(c)
    if !self.keys.isEmpty {
      c.pointee.n_keys = self.keys.count
      c.pointee.keys = arena.messages(self.keys)
    }
    if !self.nextPageToken.isEmpty {
      c.pointee.next_page_token = arena.text(self.nextPageToken)
    }
  }
}
