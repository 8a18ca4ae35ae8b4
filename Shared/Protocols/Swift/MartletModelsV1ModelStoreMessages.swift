// Generated from martlet/models/v1/model_store.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CProtocols
import Primitives
import WireCodec

public enum Approval: WireEnum {
  case unspecified
  case pendingManualApproval
  case approved
  case rejected
  /// A number that has no name here.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .pendingManualApproval
    case 2: self = .approved
    case 3: self = .rejected
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .pendingManualApproval: 1
    case .approved: 2
    case .rejected: 3
    case .unrecognized(let number): number
    }
  }
}

public struct ModelVersion: CBackedMessage {
  public var model: String = ""
  /// 1, 2, 3 … in the order of creation; never used again.
  public var version: UInt32 = 0
  public var manifest: Manifest? = nil
  /// Of the manifest's bytes as the store keeps them.
  public var manifestSha256: Bytes = Bytes()
  public var approval: Approval = Approval()
  /// Those that point here now, sorted.
  public var aliases: [String] = []
  public var createdUnixUs: Int64 = 0
  public var updatedUnixUs: Int64 = 0
  /// Rises with every change of approval.
  public var revision: UInt64 = 0

  public init() {}

  public init(
    model: String = "",
    version: UInt32 = 0,
    manifest: Manifest? = nil,
    manifestSha256: Bytes = Bytes(),
    approval: Approval = Approval(),
    aliases: [String] = [],
    createdUnixUs: Int64 = 0,
    updatedUnixUs: Int64 = 0,
    revision: UInt64 = 0
  ) {
    self.model = model
    self.version = version
    self.manifest = manifest
    self.manifestSha256 = manifestSha256
    self.approval = approval
    self.aliases = aliases
    self.createdUnixUs = createdUnixUs
    self.updatedUnixUs = updatedUnixUs
    self.revision = revision
  }

  public static let messageName = "martlet.models.v1.ModelVersion"

  public var description: String {
    var text = MessageDescription("ModelVersion")
    text.add("model", self.model)
    text.add("version", self.version)
    text.add("manifest", self.manifest)
    text.add("manifestSha256", self.manifestSha256)
    text.add("approval", self.approval)
    text.add("aliases", self.aliases)
    text.add("createdUnixUs", self.createdUnixUs)
    text.add("updatedUnixUs", self.updatedUnixUs)
    text.add("revision", self.revision)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__ModelVersion>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__models__v1__model_version__init($0.assumingMemoryBound(to: Martlet__Models__V1__ModelVersion.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ModelVersion.self)
    self.model = Unpacked.text(c.pointee.model)
    self.version = c.pointee.version
    self.manifest = Unpacked.message(c.pointee.manifest, source) as Manifest?
    self.manifestSha256 = Unpacked.bytes(c.pointee.manifest_sha256.data, c.pointee.manifest_sha256.len)
    self.approval = Approval(rawValue: Int32(truncatingIfNeeded: c.pointee.approval.rawValue))
    self.aliases = Unpacked.texts(c.pointee.aliases, c.pointee.n_aliases)
    self.createdUnixUs = c.pointee.created_unix_us
    self.updatedUnixUs = c.pointee.updated_unix_us
    self.revision = c.pointee.revision
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ModelVersion.self)
    martlet__models__v1__model_version__init(c)
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    c.pointee.version = self.version
    if let value = self.manifest {
      c.pointee.manifest = arena.message(value)
    }
    if !self.manifestSha256.isEmpty {
      c.pointee.manifest_sha256.len = self.manifestSha256.count
      c.pointee.manifest_sha256.data = arena.bytes(self.manifestSha256)
    }
    c.pointee.approval = .init(rawValue: .init(truncatingIfNeeded: self.approval.rawValue))
    if !self.aliases.isEmpty {
      c.pointee.n_aliases = self.aliases.count
      c.pointee.aliases = arena.texts(self.aliases)
    }
    c.pointee.created_unix_us = self.createdUnixUs
    c.pointee.updated_unix_us = self.updatedUnixUs
    c.pointee.revision = self.revision
  }
}

public struct ModelSummary: CBackedMessage {
  public var model: String = ""
  public var latestVersion: UInt32 = 0
  public var versionCount: UInt32 = 0
  public var aliases: [Alias] = []
  public var format: ModelFormat = ModelFormat()
  public var task: String = ""
  public var createdUnixUs: Int64 = 0
  public var updatedUnixUs: Int64 = 0

  public init() {}

  public init(
    model: String = "",
    latestVersion: UInt32 = 0,
    versionCount: UInt32 = 0,
    aliases: [Alias] = [],
    format: ModelFormat = ModelFormat(),
    task: String = "",
    createdUnixUs: Int64 = 0,
    updatedUnixUs: Int64 = 0
  ) {
    self.model = model
    self.latestVersion = latestVersion
    self.versionCount = versionCount
    self.aliases = aliases
    self.format = format
    self.task = task
    self.createdUnixUs = createdUnixUs
    self.updatedUnixUs = updatedUnixUs
  }

  public static let messageName = "martlet.models.v1.ModelSummary"

  public var description: String {
    var text = MessageDescription("ModelSummary")
    text.add("model", self.model)
    text.add("latestVersion", self.latestVersion)
    text.add("versionCount", self.versionCount)
    text.add("aliases", self.aliases)
    text.add("format", self.format)
    text.add("task", self.task)
    text.add("createdUnixUs", self.createdUnixUs)
    text.add("updatedUnixUs", self.updatedUnixUs)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__ModelSummary>.size,
  ) {
    martlet__models__v1__model_summary__init($0.assumingMemoryBound(to: Martlet__Models__V1__ModelSummary.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ModelSummary.self)
    self.model = Unpacked.text(c.pointee.model)
    self.latestVersion = c.pointee.latest_version
    self.versionCount = c.pointee.version_count
    self.aliases = Unpacked.messages(c.pointee.aliases, c.pointee.n_aliases, source)
    self.format = ModelFormat(rawValue: Int32(truncatingIfNeeded: c.pointee.format.rawValue))
    self.task = Unpacked.text(c.pointee.task)
    self.createdUnixUs = c.pointee.created_unix_us
    self.updatedUnixUs = c.pointee.updated_unix_us
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ModelSummary.self)
    martlet__models__v1__model_summary__init(c)
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    c.pointee.latest_version = self.latestVersion
    c.pointee.version_count = self.versionCount
    if !self.aliases.isEmpty {
      c.pointee.n_aliases = self.aliases.count
      c.pointee.aliases = arena.messages(self.aliases)
    }
    c.pointee.format = .init(rawValue: .init(truncatingIfNeeded: self.format.rawValue))
    if !self.task.isEmpty {
      c.pointee.task = arena.text(self.task)
    }
    c.pointee.created_unix_us = self.createdUnixUs
    c.pointee.updated_unix_us = self.updatedUnixUs
  }
}

public struct Alias: CBackedMessage {
  public var name: String = ""
  public var version: UInt32 = 0
  public var revision: UInt64 = 0

  public init() {}

  public init(
    name: String = "",
    version: UInt32 = 0,
    revision: UInt64 = 0
  ) {
    self.name = name
    self.version = version
    self.revision = revision
  }

  public static let messageName = "martlet.models.v1.Alias"

  public var description: String {
    var text = MessageDescription("Alias")
    text.add("name", self.name)
    text.add("version", self.version)
    text.add("revision", self.revision)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__Alias>.size,
  ) {
    martlet__models__v1__alias__init($0.assumingMemoryBound(to: Martlet__Models__V1__Alias.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__Alias.self)
    self.name = Unpacked.text(c.pointee.name)
    self.version = c.pointee.version
    self.revision = c.pointee.revision
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__Alias.self)
    martlet__models__v1__alias__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    c.pointee.version = self.version
    c.pointee.revision = self.revision
  }
}

public struct CreateVersionRequest: CBackedMessage {
  public var model: String = ""
  public var manifest: Manifest? = nil
  /// Set to the version in the same step; a version that existed takes only those that are free.
  /// `latest` is kept by the store itself.
  public var aliases: [String] = []

  public init() {}

  public init(
    model: String = "",
    manifest: Manifest? = nil,
    aliases: [String] = []
  ) {
    self.model = model
    self.manifest = manifest
    self.aliases = aliases
  }

  public static let messageName = "martlet.models.v1.CreateVersionRequest"

  public var description: String {
    var text = MessageDescription("CreateVersionRequest")
    text.add("model", self.model)
    text.add("manifest", self.manifest)
    text.add("aliases", self.aliases)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__CreateVersionRequest>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__models__v1__create_version_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__CreateVersionRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__CreateVersionRequest.self)
    self.model = Unpacked.text(c.pointee.model)
    self.manifest = Unpacked.message(c.pointee.manifest, source) as Manifest?
    self.aliases = Unpacked.texts(c.pointee.aliases, c.pointee.n_aliases)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__CreateVersionRequest.self)
    martlet__models__v1__create_version_request__init(c)
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    if let value = self.manifest {
      c.pointee.manifest = arena.message(value)
    }
    if !self.aliases.isEmpty {
      c.pointee.n_aliases = self.aliases.count
      c.pointee.aliases = arena.texts(self.aliases)
    }
  }
}

public struct CreateVersionResponse: CBackedMessage {
  public var version: ModelVersion? = nil
  /// A version with this manifest was there already.
  public var existed: Bool = false

  public init() {}

  public init(
    version: ModelVersion? = nil,
    existed: Bool = false
  ) {
    self.version = version
    self.existed = existed
  }

  public static let messageName = "martlet.models.v1.CreateVersionResponse"

  public var description: String {
    var text = MessageDescription("CreateVersionResponse")
    text.add("version", self.version)
    text.add("existed", self.existed)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__CreateVersionResponse>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__models__v1__create_version_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__CreateVersionResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__CreateVersionResponse.self)
    self.version = Unpacked.message(c.pointee.version, source) as ModelVersion?
    self.existed = c.pointee.existed != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__CreateVersionResponse.self)
    martlet__models__v1__create_version_response__init(c)
    if let value = self.version {
      c.pointee.version = arena.message(value)
    }
    c.pointee.existed = self.existed ? 1 : 0
  }
}

/// Makes a version of files that are uploaded: the store looks what they are.
public struct ImportVersionRequest: CBackedMessage {
  public var model: String = ""
  public var files: [FileEntry] = []
  public var aliases: [String] = []
  public var license: String = ""
  public var tags: [String: String] = [:]

  public init() {}

  public init(
    model: String = "",
    files: [FileEntry] = [],
    aliases: [String] = [],
    license: String = "",
    tags: [String: String] = [:]
  ) {
    self.model = model
    self.files = files
    self.aliases = aliases
    self.license = license
    self.tags = tags
  }

  public static let messageName = "martlet.models.v1.ImportVersionRequest"

  public var description: String {
    var text = MessageDescription("ImportVersionRequest")
    text.add("model", self.model)
    text.add("files", self.files)
    text.add("aliases", self.aliases)
    text.add("license", self.license)
    text.add("tags", self.tags)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__ImportVersionRequest>.size,
    mapEntries: [
      "martlet.models.v1.ImportVersionRequest.TagsEntry",
    ],
  ) {
    martlet__models__v1__import_version_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__ImportVersionRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ImportVersionRequest.self)
    self.model = Unpacked.text(c.pointee.model)
    self.files = Unpacked.messages(c.pointee.files, c.pointee.n_files, source)
    self.aliases = Unpacked.texts(c.pointee.aliases, c.pointee.n_aliases)
    self.license = Unpacked.text(c.pointee.license)
    self.tags = Unpacked.map(c.pointee.tags, c.pointee.n_tags) { entry in (Unpacked.text(entry.pointee.key), Unpacked.text(entry.pointee.value)) }
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ImportVersionRequest.self)
    martlet__models__v1__import_version_request__init(c)
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    if !self.files.isEmpty {
      c.pointee.n_files = self.files.count
      c.pointee.files = arena.messages(self.files)
    }
    if !self.aliases.isEmpty {
      c.pointee.n_aliases = self.aliases.count
      c.pointee.aliases = arena.texts(self.aliases)
    }
    if !self.license.isEmpty {
      c.pointee.license = arena.text(self.license)
    }
    if !self.tags.isEmpty {
      c.pointee.n_tags = self.tags.count
      c.pointee.tags = arena.entries(self.tags, by: <) {
        (entry: UnsafeMutablePointer<Martlet__Models__V1__ImportVersionRequest__TagsEntry>, key, value) in
        martlet__models__v1__import_version_request__tags_entry__init(entry)
        entry.pointee.key = arena.text(key)
        entry.pointee.value = arena.text(value)
      }
    }
  }
}

public struct ImportVersionResponse: CBackedMessage {
  public var version: ModelVersion? = nil
  public var existed: Bool = false
  /// What was recognised, in words.
  public var findings: [String] = []

  public init() {}

  public init(
    version: ModelVersion? = nil,
    existed: Bool = false,
    findings: [String] = []
  ) {
    self.version = version
    self.existed = existed
    self.findings = findings
  }

  public static let messageName = "martlet.models.v1.ImportVersionResponse"

  public var description: String {
    var text = MessageDescription("ImportVersionResponse")
    text.add("version", self.version)
    text.add("existed", self.existed)
    text.add("findings", self.findings)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__ImportVersionResponse>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__models__v1__import_version_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__ImportVersionResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ImportVersionResponse.self)
    self.version = Unpacked.message(c.pointee.version, source) as ModelVersion?
    self.existed = c.pointee.existed != 0
    self.findings = Unpacked.texts(c.pointee.findings, c.pointee.n_findings)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ImportVersionResponse.self)
    martlet__models__v1__import_version_response__init(c)
    if let value = self.version {
      c.pointee.version = arena.message(value)
    }
    c.pointee.existed = self.existed ? 1 : 0
    if !self.findings.isEmpty {
      c.pointee.n_findings = self.findings.count
      c.pointee.findings = arena.texts(self.findings)
    }
  }
}

/// Either a number or an alias; neither = `latest`.
public struct DescribeVersionRequest: CBackedMessage {
  public var model: String = ""
  public var version: UInt32 = 0
  public var alias: String = ""

  public init() {}

  public init(
    model: String = "",
    version: UInt32 = 0,
    alias: String = ""
  ) {
    self.model = model
    self.version = version
    self.alias = alias
  }

  public static let messageName = "martlet.models.v1.DescribeVersionRequest"

  public var description: String {
    var text = MessageDescription("DescribeVersionRequest")
    text.add("model", self.model)
    text.add("version", self.version)
    text.add("alias", self.alias)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DescribeVersionRequest>.size,
  ) {
    martlet__models__v1__describe_version_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__DescribeVersionRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DescribeVersionRequest.self)
    self.model = Unpacked.text(c.pointee.model)
    self.version = c.pointee.version
    self.alias = Unpacked.text(c.pointee.alias)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DescribeVersionRequest.self)
    martlet__models__v1__describe_version_request__init(c)
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    c.pointee.version = self.version
    if !self.alias.isEmpty {
      c.pointee.alias = arena.text(self.alias)
    }
  }
}

public struct DescribeVersionResponse: CBackedMessage {
  public var version: ModelVersion? = nil

  public init() {}

  public init(
    version: ModelVersion? = nil
  ) {
    self.version = version
  }

  public static let messageName = "martlet.models.v1.DescribeVersionResponse"

  public var description: String {
    var text = MessageDescription("DescribeVersionResponse")
    text.add("version", self.version)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DescribeVersionResponse>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__models__v1__describe_version_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__DescribeVersionResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DescribeVersionResponse.self)
    self.version = Unpacked.message(c.pointee.version, source) as ModelVersion?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DescribeVersionResponse.self)
    martlet__models__v1__describe_version_response__init(c)
    if let value = self.version {
      c.pointee.version = arena.message(value)
    }
  }
}

public struct ListModelsRequest: CBackedMessage {
  /// At most 1 000; 0 = 100.
  public var pageSize: UInt32 = 0
  /// `next_page_token` of the page before; empty = the first.
  public var pageToken: String = ""

  public init() {}

  public init(
    pageSize: UInt32 = 0,
    pageToken: String = ""
  ) {
    self.pageSize = pageSize
    self.pageToken = pageToken
  }

  public static let messageName = "martlet.models.v1.ListModelsRequest"

  public var description: String {
    var text = MessageDescription("ListModelsRequest")
    text.add("pageSize", self.pageSize)
    text.add("pageToken", self.pageToken)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__ListModelsRequest>.size,
  ) {
    martlet__models__v1__list_models_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__ListModelsRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListModelsRequest.self)
    self.pageSize = c.pointee.page_size
    self.pageToken = Unpacked.text(c.pointee.page_token)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListModelsRequest.self)
    martlet__models__v1__list_models_request__init(c)
    c.pointee.page_size = self.pageSize
    if !self.pageToken.isEmpty {
      c.pointee.page_token = arena.text(self.pageToken)
    }
  }
}

public struct ListModelsResponse: CBackedMessage {
  public var models: [ModelSummary] = []
  /// Empty = the last page.
  public var nextPageToken: String = ""

  public init() {}

  public init(
    models: [ModelSummary] = [],
    nextPageToken: String = ""
  ) {
    self.models = models
    self.nextPageToken = nextPageToken
  }

  public static let messageName = "martlet.models.v1.ListModelsResponse"

  public var description: String {
    var text = MessageDescription("ListModelsResponse")
    text.add("models", self.models)
    text.add("nextPageToken", self.nextPageToken)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__ListModelsResponse>.size,
  ) {
    martlet__models__v1__list_models_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__ListModelsResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListModelsResponse.self)
    self.models = Unpacked.messages(c.pointee.models, c.pointee.n_models, source)
    self.nextPageToken = Unpacked.text(c.pointee.next_page_token)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListModelsResponse.self)
    martlet__models__v1__list_models_response__init(c)
    if !self.models.isEmpty {
      c.pointee.n_models = self.models.count
      c.pointee.models = arena.messages(self.models)
    }
    if !self.nextPageToken.isEmpty {
      c.pointee.next_page_token = arena.text(self.nextPageToken)
    }
  }
}

public struct ListVersionsRequest: CBackedMessage {
  public var model: String = ""
  public var pageSize: UInt32 = 0
  public var pageToken: String = ""

  public init() {}

  public init(
    model: String = "",
    pageSize: UInt32 = 0,
    pageToken: String = ""
  ) {
    self.model = model
    self.pageSize = pageSize
    self.pageToken = pageToken
  }

  public static let messageName = "martlet.models.v1.ListVersionsRequest"

  public var description: String {
    var text = MessageDescription("ListVersionsRequest")
    text.add("model", self.model)
    text.add("pageSize", self.pageSize)
    text.add("pageToken", self.pageToken)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__ListVersionsRequest>.size,
  ) {
    martlet__models__v1__list_versions_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__ListVersionsRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListVersionsRequest.self)
    self.model = Unpacked.text(c.pointee.model)
    self.pageSize = c.pointee.page_size
    self.pageToken = Unpacked.text(c.pointee.page_token)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListVersionsRequest.self)
    martlet__models__v1__list_versions_request__init(c)
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    c.pointee.page_size = self.pageSize
    if !self.pageToken.isEmpty {
      c.pointee.page_token = arena.text(self.pageToken)
    }
  }
}

public struct ListVersionsResponse: CBackedMessage {
  /// Newest first.
  public var versions: [ModelVersion] = []
  public var nextPageToken: String = ""

  public init() {}

  public init(
    versions: [ModelVersion] = [],
    nextPageToken: String = ""
  ) {
    self.versions = versions
    self.nextPageToken = nextPageToken
  }

  public static let messageName = "martlet.models.v1.ListVersionsResponse"

  public var description: String {
    var text = MessageDescription("ListVersionsResponse")
    text.add("versions", self.versions)
    text.add("nextPageToken", self.nextPageToken)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__ListVersionsResponse>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__models__v1__list_versions_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__ListVersionsResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListVersionsResponse.self)
    self.versions = Unpacked.messages(c.pointee.versions, c.pointee.n_versions, source)
    self.nextPageToken = Unpacked.text(c.pointee.next_page_token)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListVersionsResponse.self)
    martlet__models__v1__list_versions_response__init(c)
    if !self.versions.isEmpty {
      c.pointee.n_versions = self.versions.count
      c.pointee.versions = arena.messages(self.versions)
    }
    if !self.nextPageToken.isEmpty {
      c.pointee.next_page_token = arena.text(self.nextPageToken)
    }
  }
}

public struct SetAliasRequest: CBackedMessage {
  public var model: String = ""
  public var alias: String = ""
  public var version: UInt32 = 0
  /// The alias's revision that the caller saw; 0 = it does not exist yet. Another one: ABORTED.
  public var expectedRevision: UInt64 = 0

  public init() {}

  public init(
    model: String = "",
    alias: String = "",
    version: UInt32 = 0,
    expectedRevision: UInt64 = 0
  ) {
    self.model = model
    self.alias = alias
    self.version = version
    self.expectedRevision = expectedRevision
  }

  public static let messageName = "martlet.models.v1.SetAliasRequest"

  public var description: String {
    var text = MessageDescription("SetAliasRequest")
    text.add("model", self.model)
    text.add("alias", self.alias)
    text.add("version", self.version)
    text.add("expectedRevision", self.expectedRevision)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__SetAliasRequest>.size,
  ) {
    martlet__models__v1__set_alias_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__SetAliasRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__SetAliasRequest.self)
    self.model = Unpacked.text(c.pointee.model)
    self.alias = Unpacked.text(c.pointee.alias)
    self.version = c.pointee.version
    self.expectedRevision = c.pointee.expected_revision
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__SetAliasRequest.self)
    martlet__models__v1__set_alias_request__init(c)
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    if !self.alias.isEmpty {
      c.pointee.alias = arena.text(self.alias)
    }
    c.pointee.version = self.version
    c.pointee.expected_revision = self.expectedRevision
  }
}

public struct SetAliasResponse: CBackedMessage {
  public var alias: Alias? = nil

  public init() {}

  public init(
    alias: Alias? = nil
  ) {
    self.alias = alias
  }

  public static let messageName = "martlet.models.v1.SetAliasResponse"

  public var description: String {
    var text = MessageDescription("SetAliasResponse")
    text.add("alias", self.alias)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__SetAliasResponse>.size,
  ) {
    martlet__models__v1__set_alias_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__SetAliasResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__SetAliasResponse.self)
    self.alias = Unpacked.message(c.pointee.alias, source) as Alias?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__SetAliasResponse.self)
    martlet__models__v1__set_alias_response__init(c)
    if let value = self.alias {
      c.pointee.alias = arena.message(value)
    }
  }
}

public struct SetApprovalRequest: CBackedMessage {
  public var model: String = ""
  public var version: UInt32 = 0
  public var approval: Approval = Approval()
  public var expectedRevision: UInt64 = 0

  public init() {}

  public init(
    model: String = "",
    version: UInt32 = 0,
    approval: Approval = Approval(),
    expectedRevision: UInt64 = 0
  ) {
    self.model = model
    self.version = version
    self.approval = approval
    self.expectedRevision = expectedRevision
  }

  public static let messageName = "martlet.models.v1.SetApprovalRequest"

  public var description: String {
    var text = MessageDescription("SetApprovalRequest")
    text.add("model", self.model)
    text.add("version", self.version)
    text.add("approval", self.approval)
    text.add("expectedRevision", self.expectedRevision)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__SetApprovalRequest>.size,
  ) {
    martlet__models__v1__set_approval_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__SetApprovalRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__SetApprovalRequest.self)
    self.model = Unpacked.text(c.pointee.model)
    self.version = c.pointee.version
    self.approval = Approval(rawValue: Int32(truncatingIfNeeded: c.pointee.approval.rawValue))
    self.expectedRevision = c.pointee.expected_revision
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__SetApprovalRequest.self)
    martlet__models__v1__set_approval_request__init(c)
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    c.pointee.version = self.version
    c.pointee.approval = .init(rawValue: .init(truncatingIfNeeded: self.approval.rawValue))
    c.pointee.expected_revision = self.expectedRevision
  }
}

public struct SetApprovalResponse: CBackedMessage {
  public var version: ModelVersion? = nil

  public init() {}

  public init(
    version: ModelVersion? = nil
  ) {
    self.version = version
  }

  public static let messageName = "martlet.models.v1.SetApprovalResponse"

  public var description: String {
    var text = MessageDescription("SetApprovalResponse")
    text.add("version", self.version)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__SetApprovalResponse>.size,
    mapEntries: [
      "martlet.models.v1.LabelChoice.ReplacementsEntry",
      "martlet.models.v1.LabelChoice.ThresholdsEntry",
      "martlet.models.v1.Lineage.HyperparametersEntry",
      "martlet.models.v1.Manifest.TagsEntry",
    ],
  ) {
    martlet__models__v1__set_approval_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__SetApprovalResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__SetApprovalResponse.self)
    self.version = Unpacked.message(c.pointee.version, source) as ModelVersion?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__SetApprovalResponse.self)
    martlet__models__v1__set_approval_response__init(c)
    if let value = self.version {
      c.pointee.version = arena.message(value)
    }
  }
}

public struct DeleteAliasRequest: CBackedMessage {
  public var model: String = ""
  public var alias: String = ""
  /// As the caller saw it; another one: ABORTED.
  public var expectedRevision: UInt64 = 0

  public init() {}

  public init(
    model: String = "",
    alias: String = "",
    expectedRevision: UInt64 = 0
  ) {
    self.model = model
    self.alias = alias
    self.expectedRevision = expectedRevision
  }

  public static let messageName = "martlet.models.v1.DeleteAliasRequest"

  public var description: String {
    var text = MessageDescription("DeleteAliasRequest")
    text.add("model", self.model)
    text.add("alias", self.alias)
    text.add("expectedRevision", self.expectedRevision)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DeleteAliasRequest>.size,
  ) {
    martlet__models__v1__delete_alias_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__DeleteAliasRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DeleteAliasRequest.self)
    self.model = Unpacked.text(c.pointee.model)
    self.alias = Unpacked.text(c.pointee.alias)
    self.expectedRevision = c.pointee.expected_revision
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DeleteAliasRequest.self)
    martlet__models__v1__delete_alias_request__init(c)
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    if !self.alias.isEmpty {
      c.pointee.alias = arena.text(self.alias)
    }
    c.pointee.expected_revision = self.expectedRevision
  }
}

public struct DeleteAliasResponse: CBackedMessage {
  public init() {}

  public static let messageName = "martlet.models.v1.DeleteAliasResponse"

  public var description: String {
    let text = MessageDescription("DeleteAliasResponse")
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DeleteAliasResponse>.size,
  ) {
    martlet__models__v1__delete_alias_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__DeleteAliasResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DeleteAliasResponse.self)
    martlet__models__v1__delete_alias_response__init(c)
  }
}

public struct DeleteVersionRequest: CBackedMessage {
  public var model: String = ""
  public var version: UInt32 = 0
  /// Although aliases point to it or endpoints serve it. The aliases go with it; the endpoints go on
  /// from the copies of its manifest that they have, and its files stay as long as they do.
  public var isForced: Bool = false

  public init() {}

  public init(
    model: String = "",
    version: UInt32 = 0,
    isForced: Bool = false
  ) {
    self.model = model
    self.version = version
    self.isForced = isForced
  }

  public static let messageName = "martlet.models.v1.DeleteVersionRequest"

  public var description: String {
    var text = MessageDescription("DeleteVersionRequest")
    text.add("model", self.model)
    text.add("version", self.version)
    text.add("isForced", self.isForced)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DeleteVersionRequest>.size,
  ) {
    martlet__models__v1__delete_version_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__DeleteVersionRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DeleteVersionRequest.self)
    self.model = Unpacked.text(c.pointee.model)
    self.version = c.pointee.version
    self.isForced = c.pointee.is_forced != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DeleteVersionRequest.self)
    martlet__models__v1__delete_version_request__init(c)
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    c.pointee.version = self.version
    c.pointee.is_forced = self.isForced ? 1 : 0
  }
}

public struct DeleteVersionResponse: CBackedMessage {
  /// Those that went with it, sorted.
  public var deletedAliases: [String] = []

  public init() {}

  public init(
    deletedAliases: [String] = []
  ) {
    self.deletedAliases = deletedAliases
  }

  public static let messageName = "martlet.models.v1.DeleteVersionResponse"

  public var description: String {
    var text = MessageDescription("DeleteVersionResponse")
    text.add("deletedAliases", self.deletedAliases)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DeleteVersionResponse>.size,
  ) {
    martlet__models__v1__delete_version_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__DeleteVersionResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DeleteVersionResponse.self)
    self.deletedAliases = Unpacked.texts(c.pointee.deleted_aliases, c.pointee.n_deleted_aliases)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DeleteVersionResponse.self)
    martlet__models__v1__delete_version_response__init(c)
    if !self.deletedAliases.isEmpty {
      c.pointee.n_deleted_aliases = self.deletedAliases.count
      c.pointee.deleted_aliases = arena.texts(self.deletedAliases)
    }
  }
}

public struct DeleteModelRequest: CBackedMessage {
  public var model: String = ""
  /// As of DeleteVersion, for all versions.
  public var isForced: Bool = false

  public init() {}

  public init(
    model: String = "",
    isForced: Bool = false
  ) {
    self.model = model
    self.isForced = isForced
  }

  public static let messageName = "martlet.models.v1.DeleteModelRequest"

  public var description: String {
    var text = MessageDescription("DeleteModelRequest")
    text.add("model", self.model)
    text.add("isForced", self.isForced)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DeleteModelRequest>.size,
  ) {
    martlet__models__v1__delete_model_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__DeleteModelRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DeleteModelRequest.self)
    self.model = Unpacked.text(c.pointee.model)
    self.isForced = c.pointee.is_forced != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DeleteModelRequest.self)
    martlet__models__v1__delete_model_request__init(c)
    if !self.model.isEmpty {
      c.pointee.model = arena.text(self.model)
    }
    c.pointee.is_forced = self.isForced ? 1 : 0
  }
}

public struct DeleteModelResponse: CBackedMessage {
  public var deletedVersionCount: UInt32 = 0
  /// Sorted.
  public var deletedAliases: [String] = []

  public init() {}

  public init(
    deletedVersionCount: UInt32 = 0,
    deletedAliases: [String] = []
  ) {
    self.deletedVersionCount = deletedVersionCount
    self.deletedAliases = deletedAliases
  }

  public static let messageName = "martlet.models.v1.DeleteModelResponse"

  public var description: String {
    var text = MessageDescription("DeleteModelResponse")
    text.add("deletedVersionCount", self.deletedVersionCount)
    text.add("deletedAliases", self.deletedAliases)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DeleteModelResponse>.size,
  ) {
    martlet__models__v1__delete_model_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__DeleteModelResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DeleteModelResponse.self)
    self.deletedVersionCount = c.pointee.deleted_version_count
    self.deletedAliases = Unpacked.texts(c.pointee.deleted_aliases, c.pointee.n_deleted_aliases)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DeleteModelResponse.self)
    martlet__models__v1__delete_model_response__init(c)
    c.pointee.deleted_version_count = self.deletedVersionCount
    if !self.deletedAliases.isEmpty {
      c.pointee.n_deleted_aliases = self.deletedAliases.count
      c.pointee.deleted_aliases = arena.texts(self.deletedAliases)
    }
  }
}
