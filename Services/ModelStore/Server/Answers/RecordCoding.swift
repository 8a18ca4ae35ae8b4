import ModelStoreCore
import Primitives
import Protocols
import RPC
import WireCodec

/// What the catalog keeps, as the wire's messages.
enum RecordCoding {
  static func version(_ record: VersionRecord) throws -> ModelVersion {
    ModelVersion(
      model: record.model,
      version: record.version,
      manifest: try decoded(Manifest.self, record.manifest),
      manifestSha256: record.manifestSHA256,
      approval: Approval(rawValue: record.approval),
      aliases: record.aliases,
      createdUnixUs: record.createdUnixMicroseconds,
      updatedUnixUs: record.updatedUnixMicroseconds,
      revision: record.revision
    )
  }

  static func summary(_ record: ModelRecord) -> ModelSummary {
    ModelSummary(
      model: record.name,
      latestVersion: record.latestVersion,
      versionCount: record.versionCount,
      aliases: record.aliases.map(alias),
      format: ModelFormat(rawValue: record.format),
      task: record.task,
      createdUnixUs: record.createdUnixMicroseconds,
      updatedUnixUs: record.updatedUnixMicroseconds
    )
  }

  static func alias(_ record: AliasRecord) -> Alias {
    Alias(name: record.name, version: record.version, revision: record.revision)
  }

  static func dataset(_ record: DatasetRecord) throws -> Dataset {
    var dataset = try decoded(Dataset.self, record.content)
    dataset.name = record.name
    dataset.version = record.version
    dataset.sha256 = record.sha256
    dataset.description_ = record.description
    dataset.createdUnixUs = record.createdUnixMicroseconds
    dataset.updatedUnixUs = record.updatedUnixMicroseconds
    dataset.revision = record.revision
    return dataset
  }

  private static func decoded<Message: WireMessage>(
    _: Message.Type,
    _ bytes: Bytes
  ) throws -> Message {
    do {
      return try Message(decoding: bytes)
    } catch {
      throw RPCError(.dataLoss, "the store's database is damaged: \(error); restore a backup")
    }
  }
}
