/// The value of every declared setting, typed, with its origin. Constant and Sendable.
public struct ResolvedSettings: Sendable {
  public let declaration: SettingsDeclaration
  /// The command word of the command line, such as `worker`; nil without one.
  public let command: String?
  /// The YAML file that was read; nil without one.
  public let configPath: String?

  struct Entry: Sendable {
    let value: any BoxedSettingValue
    let origin: SettingOrigin
  }
  let entries: [String: Entry]

  /// The value of a setting that the declaration holds.
  public subscript<Value>(_ setting: Setting<Value>) -> Value {
    guard let box = entries[setting.key]?.value as? SettingValueBox<Value> else {
      // No input leads here: the code asks for what it did not declare.
      preconditionFailure("the setting \"\(setting.key)\" is not in this declaration")
    }
    return box.value
  }

  /// Where the value of `key` came from; nil for a key that is not declared.
  public func origin(of key: String) -> SettingOrigin? { entries[key]?.origin }
}

/// What a command line asks for.
public enum SettingsRequest: Sendable {
  case run(ResolvedSettings)
  /// `--help`, `--version` or `--print-config`: the text for standard output; exit with 0.
  case print(String)
}

/// How `--print-config` writes.
public enum ConfigurationFormat: String, Sendable, CaseIterable {
  /// YAML that `--config` reads back, with the origin of each value as a comment.
  case human
  case json
}
