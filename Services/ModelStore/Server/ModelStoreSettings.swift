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

  public init() {}

  /// For the declaration of the executable.
  public var all: [any AnySetting] { [maximumBlobBytes, uploadIdle, uploadKeep] }
}
