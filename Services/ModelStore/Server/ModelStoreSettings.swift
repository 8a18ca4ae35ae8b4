import Settings

/// The settings of the model store itself.
public struct ModelStoreSettings: Sendable {
  public let maximumBlobBytes = Setting(
    "blobs.max-bytes",
    .byteCount(1...(1 << 50)),
    default: 100 << 30,
    doc: "the largest file that is taken"
  )
  public let uploadIdle = Setting(
    "uploads.idle-timeout",
    .duration(.seconds(1)...(.seconds(3600))),
    default: .seconds(60),
    doc: "an upload that is silent for so long gives way to another one of the same file"
  )
  public let uploadKeep = Setting(
    "uploads.keep",
    .duration(.seconds(60)...(.seconds(365 * 86_400))),
    default: .seconds(7 * 86_400),
    doc: "how long the beginning of a file waits for the rest"
  )
  public let reserve = Setting(
    "uploads.disk-reserve",
    .byteCount(0...(1 << 50)),
    default: 256 << 20,
    doc: "room on the disk that uploads leave free, for the catalog and for others"
  )
  public let garbageGrace = Setting(
    "garbage.grace",
    .duration(.zero...(.seconds(365 * 86_400))),
    default: .seconds(86_400),
    doc: "how long a file must be unused before a garbage collection takes it; at least as long as "
      + "it takes from the upload of a model's first file to its version"
  )

  public init() {}

  /// For the declaration of the executable.
  public var all: [any AnySetting] {
    [maximumBlobBytes, uploadIdle, uploadKeep, reserve, garbageGrace]
  }
}
