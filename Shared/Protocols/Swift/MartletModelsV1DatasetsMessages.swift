// Generated from martlet/models/v1/datasets.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CProtocols
import Primitives
import WireCodec

public struct Dataset: CBackedMessage {
  public var name: String = ""
  public var version: UInt32 = 0
  public var files: [FileEntry] = []
  public var schema_: TableSchema? = nil
  /// Of the list of files.
  public var sha256: Bytes = Bytes()
  /// For people: where it is from, its licence.
  public var description_: String = ""
  public var createdUnixUs: Int64 = 0
  public var updatedUnixUs: Int64 = 0
  public var revision: UInt64 = 0

  public init() {}

  public init(
    name: String = "",
    version: UInt32 = 0,
    files: [FileEntry] = [],
    schema_: TableSchema? = nil,
    sha256: Bytes = Bytes(),
    description_: String = "",
    createdUnixUs: Int64 = 0,
    updatedUnixUs: Int64 = 0,
    revision: UInt64 = 0
  ) {
    self.name = name
    self.version = version
    self.files = files
    self.schema_ = schema_
    self.sha256 = sha256
    self.description_ = description_
    self.createdUnixUs = createdUnixUs
    self.updatedUnixUs = updatedUnixUs
    self.revision = revision
  }

  public static let messageName = "martlet.models.v1.Dataset"

  public var description: String {
    var text = MessageDescription("Dataset")
    text.add("name", self.name)
    text.add("version", self.version)
    text.add("files", self.files)
    text.add("schema_", self.schema_)
    text.add("sha256", self.sha256)
    text.add("description_", self.description_)
    text.add("createdUnixUs", self.createdUnixUs)
    text.add("updatedUnixUs", self.updatedUnixUs)
    text.add("revision", self.revision)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__Dataset>.size,
  ) {
    martlet__models__v1__dataset__init($0.assumingMemoryBound(to: Martlet__Models__V1__Dataset.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__Dataset.self)
    self.name = Unpacked.text(c.pointee.name)
    self.version = c.pointee.version
    self.files = Unpacked.messages(c.pointee.files, c.pointee.n_files, source)
    self.schema_ = Unpacked.message(c.pointee.schema, source) as TableSchema?
    self.sha256 = Unpacked.bytes(c.pointee.sha256.data, c.pointee.sha256.len)
    self.description_ = Unpacked.text(c.pointee.description)
    self.createdUnixUs = c.pointee.created_unix_us
    self.updatedUnixUs = c.pointee.updated_unix_us
    self.revision = c.pointee.revision
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__Dataset.self)
    martlet__models__v1__dataset__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    c.pointee.version = self.version
    if !self.files.isEmpty {
      c.pointee.n_files = self.files.count
      c.pointee.files = arena.messages(self.files)
    }
    if let value = self.schema_ {
      c.pointee.schema = arena.message(value)
    }
    if !self.sha256.isEmpty {
      c.pointee.sha256.len = self.sha256.count
      c.pointee.sha256.data = arena.bytes(self.sha256)
    }
    if !self.description_.isEmpty {
      c.pointee.description = arena.text(self.description_)
    }
    c.pointee.created_unix_us = self.createdUnixUs
    c.pointee.updated_unix_us = self.updatedUnixUs
    c.pointee.revision = self.revision
  }
}

public struct CreateDatasetRequest: CBackedMessage {
  public var name: String = ""
  public var files: [FileEntry] = []
  public var schema_: TableSchema? = nil
  public var description_: String = ""

  public init() {}

  public init(
    name: String = "",
    files: [FileEntry] = [],
    schema_: TableSchema? = nil,
    description_: String = ""
  ) {
    self.name = name
    self.files = files
    self.schema_ = schema_
    self.description_ = description_
  }

  public static let messageName = "martlet.models.v1.CreateDatasetRequest"

  public var description: String {
    var text = MessageDescription("CreateDatasetRequest")
    text.add("name", self.name)
    text.add("files", self.files)
    text.add("schema_", self.schema_)
    text.add("description_", self.description_)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__CreateDatasetRequest>.size,
  ) {
    martlet__models__v1__create_dataset_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__CreateDatasetRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__CreateDatasetRequest.self)
    self.name = Unpacked.text(c.pointee.name)
    self.files = Unpacked.messages(c.pointee.files, c.pointee.n_files, source)
    self.schema_ = Unpacked.message(c.pointee.schema, source) as TableSchema?
    self.description_ = Unpacked.text(c.pointee.description)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__CreateDatasetRequest.self)
    martlet__models__v1__create_dataset_request__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    if !self.files.isEmpty {
      c.pointee.n_files = self.files.count
      c.pointee.files = arena.messages(self.files)
    }
    if let value = self.schema_ {
      c.pointee.schema = arena.message(value)
    }
    if !self.description_.isEmpty {
      c.pointee.description = arena.text(self.description_)
    }
  }
}

public struct CreateDatasetResponse: CBackedMessage {
  public var dataset: Dataset? = nil
  /// The newest version has these files already.
  public var existed: Bool = false

  public init() {}

  public init(
    dataset: Dataset? = nil,
    existed: Bool = false
  ) {
    self.dataset = dataset
    self.existed = existed
  }

  public static let messageName = "martlet.models.v1.CreateDatasetResponse"

  public var description: String {
    var text = MessageDescription("CreateDatasetResponse")
    text.add("dataset", self.dataset)
    text.add("existed", self.existed)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__CreateDatasetResponse>.size,
  ) {
    martlet__models__v1__create_dataset_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__CreateDatasetResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__CreateDatasetResponse.self)
    self.dataset = Unpacked.message(c.pointee.dataset, source) as Dataset?
    self.existed = c.pointee.existed != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__CreateDatasetResponse.self)
    martlet__models__v1__create_dataset_response__init(c)
    if let value = self.dataset {
      c.pointee.dataset = arena.message(value)
    }
    c.pointee.existed = self.existed ? 1 : 0
  }
}

public struct DescribeDatasetRequest: CBackedMessage {
  public var name: String = ""
  /// 0 = the newest.
  public var version: UInt32 = 0

  public init() {}

  public init(
    name: String = "",
    version: UInt32 = 0
  ) {
    self.name = name
    self.version = version
  }

  public static let messageName = "martlet.models.v1.DescribeDatasetRequest"

  public var description: String {
    var text = MessageDescription("DescribeDatasetRequest")
    text.add("name", self.name)
    text.add("version", self.version)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DescribeDatasetRequest>.size,
  ) {
    martlet__models__v1__describe_dataset_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__DescribeDatasetRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DescribeDatasetRequest.self)
    self.name = Unpacked.text(c.pointee.name)
    self.version = c.pointee.version
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DescribeDatasetRequest.self)
    martlet__models__v1__describe_dataset_request__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    c.pointee.version = self.version
  }
}

public struct DescribeDatasetResponse: CBackedMessage {
  public var dataset: Dataset? = nil

  public init() {}

  public init(
    dataset: Dataset? = nil
  ) {
    self.dataset = dataset
  }

  public static let messageName = "martlet.models.v1.DescribeDatasetResponse"

  public var description: String {
    var text = MessageDescription("DescribeDatasetResponse")
    text.add("dataset", self.dataset)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DescribeDatasetResponse>.size,
  ) {
    martlet__models__v1__describe_dataset_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__DescribeDatasetResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DescribeDatasetResponse.self)
    self.dataset = Unpacked.message(c.pointee.dataset, source) as Dataset?
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DescribeDatasetResponse.self)
    martlet__models__v1__describe_dataset_response__init(c)
    if let value = self.dataset {
      c.pointee.dataset = arena.message(value)
    }
  }
}

public struct ListDatasetsRequest: CBackedMessage {
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

  public static let messageName = "martlet.models.v1.ListDatasetsRequest"

  public var description: String {
    var text = MessageDescription("ListDatasetsRequest")
    text.add("pageSize", self.pageSize)
    text.add("pageToken", self.pageToken)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__ListDatasetsRequest>.size,
  ) {
    martlet__models__v1__list_datasets_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__ListDatasetsRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListDatasetsRequest.self)
    self.pageSize = c.pointee.page_size
    self.pageToken = Unpacked.text(c.pointee.page_token)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListDatasetsRequest.self)
    martlet__models__v1__list_datasets_request__init(c)
    c.pointee.page_size = self.pageSize
    if !self.pageToken.isEmpty {
      c.pointee.page_token = arena.text(self.pageToken)
    }
  }
}

public struct ListDatasetsResponse: CBackedMessage {
  /// The newest version of each.
  public var datasets: [Dataset] = []
  public var nextPageToken: String = ""

  public init() {}

  public init(
    datasets: [Dataset] = [],
    nextPageToken: String = ""
  ) {
    self.datasets = datasets
    self.nextPageToken = nextPageToken
  }

  public static let messageName = "martlet.models.v1.ListDatasetsResponse"

  public var description: String {
    var text = MessageDescription("ListDatasetsResponse")
    text.add("datasets", self.datasets)
    text.add("nextPageToken", self.nextPageToken)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__ListDatasetsResponse>.size,
  ) {
    martlet__models__v1__list_datasets_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__ListDatasetsResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListDatasetsResponse.self)
    self.datasets = Unpacked.messages(c.pointee.datasets, c.pointee.n_datasets, source)
    self.nextPageToken = Unpacked.text(c.pointee.next_page_token)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListDatasetsResponse.self)
    martlet__models__v1__list_datasets_response__init(c)
    if !self.datasets.isEmpty {
      c.pointee.n_datasets = self.datasets.count
      c.pointee.datasets = arena.messages(self.datasets)
    }
    if !self.nextPageToken.isEmpty {
      c.pointee.next_page_token = arena.text(self.nextPageToken)
    }
  }
}

public struct ListDatasetVersionsRequest: CBackedMessage {
  public var name: String = ""
  public var pageSize: UInt32 = 0
  public var pageToken: String = ""

  public init() {}

  public init(
    name: String = "",
    pageSize: UInt32 = 0,
    pageToken: String = ""
  ) {
    self.name = name
    self.pageSize = pageSize
    self.pageToken = pageToken
  }

  public static let messageName = "martlet.models.v1.ListDatasetVersionsRequest"

  public var description: String {
    var text = MessageDescription("ListDatasetVersionsRequest")
    text.add("name", self.name)
    text.add("pageSize", self.pageSize)
    text.add("pageToken", self.pageToken)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__ListDatasetVersionsRequest>.size,
  ) {
    martlet__models__v1__list_dataset_versions_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__ListDatasetVersionsRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListDatasetVersionsRequest.self)
    self.name = Unpacked.text(c.pointee.name)
    self.pageSize = c.pointee.page_size
    self.pageToken = Unpacked.text(c.pointee.page_token)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListDatasetVersionsRequest.self)
    martlet__models__v1__list_dataset_versions_request__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    c.pointee.page_size = self.pageSize
    if !self.pageToken.isEmpty {
      c.pointee.page_token = arena.text(self.pageToken)
    }
  }
}

public struct ListDatasetVersionsResponse: CBackedMessage {
  /// Newest first.
  public var datasets: [Dataset] = []
  public var nextPageToken: String = ""

  public init() {}

  public init(
    datasets: [Dataset] = [],
    nextPageToken: String = ""
  ) {
    self.datasets = datasets
    self.nextPageToken = nextPageToken
  }

  public static let messageName = "martlet.models.v1.ListDatasetVersionsResponse"

  public var description: String {
    var text = MessageDescription("ListDatasetVersionsResponse")
    text.add("datasets", self.datasets)
    text.add("nextPageToken", self.nextPageToken)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__ListDatasetVersionsResponse>.size,
  ) {
    martlet__models__v1__list_dataset_versions_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__ListDatasetVersionsResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListDatasetVersionsResponse.self)
    self.datasets = Unpacked.messages(c.pointee.datasets, c.pointee.n_datasets, source)
    self.nextPageToken = Unpacked.text(c.pointee.next_page_token)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__ListDatasetVersionsResponse.self)
    martlet__models__v1__list_dataset_versions_response__init(c)
    if !self.datasets.isEmpty {
      c.pointee.n_datasets = self.datasets.count
      c.pointee.datasets = arena.messages(self.datasets)
    }
    if !self.nextPageToken.isEmpty {
      c.pointee.next_page_token = arena.text(self.nextPageToken)
    }
  }
}

/// Either one version or all of them.
public struct DeleteDatasetRequest: CBackedMessage {
  public var name: String = ""
  public var version: UInt32 = 0
  public var allVersions: Bool = false

  public init() {}

  public init(
    name: String = "",
    version: UInt32 = 0,
    allVersions: Bool = false
  ) {
    self.name = name
    self.version = version
    self.allVersions = allVersions
  }

  public static let messageName = "martlet.models.v1.DeleteDatasetRequest"

  public var description: String {
    var text = MessageDescription("DeleteDatasetRequest")
    text.add("name", self.name)
    text.add("version", self.version)
    text.add("allVersions", self.allVersions)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DeleteDatasetRequest>.size,
  ) {
    martlet__models__v1__delete_dataset_request__init($0.assumingMemoryBound(to: Martlet__Models__V1__DeleteDatasetRequest.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DeleteDatasetRequest.self)
    self.name = Unpacked.text(c.pointee.name)
    self.version = c.pointee.version
    self.allVersions = c.pointee.all_versions != 0
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DeleteDatasetRequest.self)
    martlet__models__v1__delete_dataset_request__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    c.pointee.version = self.version
    c.pointee.all_versions = self.allVersions ? 1 : 0
  }
}

public struct DeleteDatasetResponse: CBackedMessage {
  public var deletedVersionCount: UInt32 = 0

  public init() {}

  public init(
    deletedVersionCount: UInt32 = 0
  ) {
    self.deletedVersionCount = deletedVersionCount
  }

  public static let messageName = "martlet.models.v1.DeleteDatasetResponse"

  public var description: String {
    var text = MessageDescription("DeleteDatasetResponse")
    text.add("deletedVersionCount", self.deletedVersionCount)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Models__V1__DeleteDatasetResponse>.size,
  ) {
    martlet__models__v1__delete_dataset_response__init($0.assumingMemoryBound(to: Martlet__Models__V1__DeleteDatasetResponse.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DeleteDatasetResponse.self)
    self.deletedVersionCount = c.pointee.deleted_version_count
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Models__V1__DeleteDatasetResponse.self)
    martlet__models__v1__delete_dataset_response__init(c)
    c.pointee.deleted_version_count = self.deletedVersionCount
  }
}
