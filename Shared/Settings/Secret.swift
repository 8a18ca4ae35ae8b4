/// A value that appears in no log, no error, no `--print-config` and no description.
public struct Secret: Sendable, Hashable {
  /// The value. Whoever reads it keeps it out of logs.
  public let revealed: String

  public init(_ value: String) { revealed = value }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  public var description: String { "hidden" }
  public var debugDescription: String { "hidden" }
  public var customMirror: Mirror { Mirror(self, children: []) }
}

extension SettingType where Value == Secret {
  /// A secret of 1 to 65 536 bytes. It comes from the environment or from the file that the
  /// setting `<key>-file` names (one line end at the file's end is cut), never from a flag, which
  /// other users of the host can read, and never from the YAML file, which gets copied about.
  public static var secret: SettingType<Secret> {
    let allowed = "a text of 1 to 65536 bytes"
    return SettingType(
      name: "SECRET",
      allowed: allowed,
      example: "",
      isSecret: true,
      parse: { raw throws(SettingRejection) in
        guard case .text(let text) = raw, (1...65536).contains(text.utf8.count) else {
          throw SettingRejection("expected \(allowed)")
        }
        return Secret(text)
      },
      format: { _ in nil }
    )
  }
}
