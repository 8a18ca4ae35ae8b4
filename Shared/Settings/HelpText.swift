/// `--help`: usage, flags with types, documentation, defaults and environment names.
struct HelpText {
  private let declaration: SettingsDeclaration

  init(_ declaration: SettingsDeclaration) { self.declaration = declaration }

  var text: String {
    let service = declaration.service
    let command = declaration.commands.isEmpty ? "" : " [COMMAND]"
    var lines = [
      "\(service): \(declaration.about)", "", "Usage: \(service)\(command) [--KEY VALUE]…",
    ]
    if !declaration.commands.isEmpty {
      lines += ["", "Commands:"] + declaration.commands.map { "  \($0.name)\n      \($0.doc)" }
    }
    lines += [
      "", "A setting is taken from its flag, else from the environment, else from the YAML file,",
      "else it has its default. In the file keys nest: listen.address is `address:` below",
      "`listen:`, or `listen.address:`.",
    ]
    lines += generalFlags
    var section = ""
    for setting in declaration.settings {
      let title = String(setting.key.prefix { $0 != "." })
      if title != section { lines += ["", "\(title):"] }
      section = title
      lines += describe(setting)
    }
    if let example { lines += ["", "Example file:"] + example }
    return lines.joined(separator: "\n") + "\n"
  }

  private var generalFlags: [String] {
    [
      "", "general:",
      "  --config PATH",
      "      YAML file with settings  [\(declaration.environmentPrefix)CONFIG]",
      "  --print-config [--output human|json]",
      "      print every setting with its origin, secrets hidden, and exit",
      "  --help, --version",
      "      print this text, or the version, and exit",
    ]
  }

  private func describe(_ setting: any AnySetting) -> [String] {
    let flag = SettingsDeclaration.flagName(setting.key)
    let name = declaration.environmentName(setting.key)
    if setting.isSecret {
      return [
        "  (no flag) \(setting.key)", "      \(setting.doc); a secret: set \(name),",
        "      or give the file below",
      ]
    }
    let usage = setting.isBool ? "--\(flag), --no-\(flag)" : "--\(flag) \(setting.typeName)"
    let fallback =
      switch setting.defaultRaw {
      case .text(let text)?: "default \(text)"
      case .list(let items)?:
        items.isEmpty ? "default: none" : "default \(items.joined(separator: ","))"
      case nil: setting.isRequired ? "required" : "default: not set"
      }
    return [
      "  \(usage)", "      \(setting.doc)  [\(name)]", "      \(setting.allowed); \(fallback)",
    ]
  }

  private var example: [String]? {
    let shown = declaration.settings.filter { !$0.isSecret && !$0.isList }.prefix(3)
    guard !shown.isEmpty else { return nil }
    return shown.map { "  \($0.key): \(ConfigurationText.scalar($0.example))" }
  }
}
