/// The bounds of everything that callers may bring, each with its unit.
public enum StoreLimits {
  /// Files of a version or a dataset.
  public static let fileCount = 10_000
  /// Of a file's path.
  public static let pathBytes = 1024
  /// Of one part of a path: what Linux's file systems take.
  public static let pathPartBytes = 255
  /// Of a manifest, or of a dataset's files and schema, as they are kept.
  public static let manifestBytes = 1 << 20
  public static let metricCount = 1000
  public static let metricNameBytes = 256
  /// Tags of a version; hyperparameters of a lineage.
  public static let tagCount = 100
  public static let tagKeyBytes = 128
  public static let tagValueBytes = 1024
  /// Of framework, task and licence.
  public static let wordBytes = 128
  /// Of a model's card.
  public static let cardBytes = 256 * 1024
  /// Of a dataset's description.
  public static let descriptionBytes = 4096
  /// Inputs or outputs of a signature.
  public static let tensorCount = 1000
  public static let tensorNameBytes = 1024
  /// Dimensions of a tensor.
  public static let rank = 32
  public static let labelCount = 100_000
  /// Elements that a byte window makes of an item.
  public static let windowElementCount = 1 << 20
  /// How far a byte window looks.
  public static let windowBlockBytes = 16 << 20
  /// Columns of a table.
  public static let columnCount = 100_000
  /// Aliases that one request sets.
  public static let requestedAliasCount = 16
  /// Aliases of a model, without `latest`.
  public static let aliasCount = 100
  /// A chunk of an upload.
  public static let chunkBytes = 512 * 1024
  /// Uploads in work.
  public static let uploadCount = 1000
  /// Blobs that one call removes.
  public static let collectedBlobCount = 10_000
  /// Blobs that the plan of a collection names.
  public static let listedGarbageCount = 1000
  /// What a page of a list holds beside its last thing, so that an answer stays below 4 MiB.
  public static let pageBytes = 2 << 20
}
