import Digests
import Primitives
import Protocols

/// A dataset as JSON shows it.
struct DatasetView: Encodable, Equatable {
  struct Column: Encodable, Equatable {
    let name: String
    /// `number`, `category` or `date`.
    let type: String
    let missingCount: UInt64
    let distinctCount: UInt64
    /// Of numbers alone.
    let minimum: Double?
    let maximum: Double?
  }

  let name: String
  let version: UInt32
  let description: String
  let sha256: String
  let files: [FileView]
  let rowCount: UInt64
  let columns: [Column]
  let createdUnixUs: Int64

  init(_ dataset: Dataset) {
    name = dataset.name
    version = dataset.version
    description = dataset.description_
    sha256 = HexText.of(dataset.sha256)
    files = dataset.files.map { FileView($0) }
    rowCount = dataset.schema_?.rowCount ?? 0
    columns = (dataset.schema_?.columns ?? []).map { column in
      let isNumber = column.type == .number
      return Column(
        name: column.name,
        type: DatasetText.type(column.type),
        missingCount: column.missingCount,
        distinctCount: column.distinctCount,
        minimum: isNumber ? column.minimum : nil,
        maximum: isNumber ? column.maximum : nil
      )
    }
    createdUnixUs = dataset.createdUnixUs
  }
}

/// A file of a dataset or a model as JSON shows it.
struct FileView: Encodable, Equatable {
  let path: String
  let sizeBytes: UInt64
  let sha256: String

  init(_ entry: FileEntry) {
    path = entry.path
    sizeBytes = entry.sizeBytes
    sha256 = HexText.of(entry.sha256)
  }
}

/// Digests as people compare them.
enum HexText {
  /// 64 digits; empty for what is no digest.
  static func of(_ digest: Bytes) -> String { SHA256Digest(digest.array)?.hex ?? "" }
}
