/// All that an executable lets be set, declared once: the source of flags, environment names, the
/// YAML file's check, `--help` and `--print-config`.
///
/// A declaration is code, not input: a malformed or repeated key in it is a programmer's error and
/// stops the process with a message at the first start.
public struct SettingsDeclaration: Sendable {
  /// The executable's name as typed: `model-store`. Environment names begin with
  /// `MARTLET_MODEL_STORE_`.
  public let service: String
  /// What the executable is, in one line.
  public let about: String
  public let version: String
  /// In declaration order, which is the order of `--help`.
  public let settings: [any AnySetting]
  /// Words that may follow the executable's name, such as `worker`.
  public let commands: [SettingsCommand]
  /// Rules over several settings, run when each setting alone is right.
  public let checks: [SettingsCheck]

  let byKey: [String: any AnySetting]

  public init(
    service: String,
    about: String,
    version: String,
    settings: [any AnySetting],
    commands: [SettingsCommand] = [],
    checks: [SettingsCheck] = []
  ) {
    self.service = service
    self.about = about
    self.version = version
    self.commands = commands
    self.checks = checks
    // A secret brings the setting that names its file.
    self.settings = settings.flatMap { setting -> [any AnySetting] in
      setting.isSecret ? [setting, SettingsDeclaration.fileSetting(of: setting)] : [setting]
    }
    byKey = Dictionary(self.settings.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
    let faults = SettingsDeclaration.faults(service: service, keys: self.settings.map(\.key))
    // A precondition, because no input leads here: the declaration is wrong for every start.
    precondition(faults.isEmpty, "declaration of settings: \(faults.joined(separator: "; "))")
  }

  /// The setting that names the file of a secret.
  static func fileSetting(of secret: any AnySetting) -> Setting<String?> {
    Setting(
      secret.key + "-file",
      SettingType<String>.path.optional,
      default: nil,
      doc: "file that holds \(secret.key)"
    )
  }

  /// What is wrong with a set of keys; empty when nothing is.
  static func faults(service: String, keys: [String]) -> [String] {
    var faults: [String] = []
    if !isKeyPart(service) { faults.append("\"\(service)\" is no name of an executable") }
    var flags: [String: String] = [:]
    for name in ReservedFlag.allCases { flags[name.rawValue] = "a flag of every executable" }
    for key in keys {
      let parts = key.split(separator: ".", omittingEmptySubsequences: false)
      if !parts.allSatisfy({ isKeyPart($0) }) {
        faults.append("\"\(key)\" is no key: lowercase words joined by - and .")
      }
      let flag = flagName(key)
      if let other = flags[flag] { faults.append("\"\(key)\" and \(other) share --\(flag)") }
      flags[flag] = "\"\(key)\""
      for other in keys where other.hasPrefix(key + ".") {
        faults.append("\"\(key)\" is both a setting and the section of \"\(other)\"")
      }
    }
    return faults
  }

  private static func isKeyPart(_ part: some StringProtocol) -> Bool {
    part.utf8.first.map { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0) } ?? false
      && !part.hasSuffix("-")
      && part.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }

  /// `listen.address` → `listen-address`.
  static func flagName(_ key: String) -> String { String(key.map { $0 == "." ? "-" : $0 }) }

  /// `MARTLET_MODEL_STORE_`.
  var environmentPrefix: String { "MARTLET_\(SettingsDeclaration.environmentWord(service))_" }

  /// `listen.address` → `MARTLET_BALANCER_LISTEN_ADDRESS`.
  public func environmentName(_ key: String) -> String {
    environmentPrefix + SettingsDeclaration.environmentWord(key)
  }

  private static func environmentWord(_ text: String) -> String {
    String(text.uppercased().map { $0 == "." || $0 == "-" ? "_" : $0 })
  }
}

/// A word after the executable's name that makes it do something else.
public struct SettingsCommand: Sendable, Equatable {
  public let name: String
  public let doc: String

  public init(_ name: String, doc: String) {
    self.name = name
    self.doc = doc
  }
}

/// A rule over several settings.
public struct SettingsCheck: Sendable {
  let key: String
  let check: @Sendable (ResolvedSettings) -> String?

  /// - Parameters:
  ///   - key: The setting that a failure is reported at.
  ///   - check: What is wrong and what to do, or nil.
  public init(at key: String, _ check: @escaping @Sendable (ResolvedSettings) -> String?) {
    self.key = key
    self.check = check
  }
}

/// Flags that every executable has besides its settings.
enum ReservedFlag: String, CaseIterable {
  case help
  case version
  case config
  case printConfig = "print-config"
  case output
}
