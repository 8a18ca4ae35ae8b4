/// Reads `--key value`, `--key=value`, `--key` and `--no-key` for booleans, and a leading command.
struct CommandLineReader {
  let declaration: SettingsDeclaration
  var reading = SourceReading()
  var command: String?
  var wantsHelp = false
  var wantsVersion = false
  var wantsConfiguration = false
  var output = ConfigurationFormat.human
  var configPath: String?

  private let settingsByFlag: [String: any AnySetting]
  private var listItems: [String: [String]] = [:]
  private var seen: Set<String> = []

  init(_ declaration: SettingsDeclaration) {
    self.declaration = declaration
    settingsByFlag = Dictionary(
      declaration.settings.map { (SettingsDeclaration.flagName($0.key), $0) },
      uniquingKeysWith: { first, _ in first }
    )
  }

  mutating func read(_ arguments: [String]) {
    var rest = arguments[...]
    if let first = rest.first, !first.hasPrefix("-"), !declaration.commands.isEmpty {
      rest = rest.dropFirst()
      readCommand(first)
    }
    while let argument = rest.popFirst() {
      if argument == "-h" {
        wantsHelp = true
        continue
      }
      guard argument.hasPrefix("--"), argument.count > 2 else {
        reading.refuse("not a flag; every setting is given as --key value", at: .flag(argument))
        continue
      }
      let parts = argument.dropFirst(2).split(
        separator: "=",
        maxSplits: 1,
        omittingEmptySubsequences: false
      )
      readFlag(String(parts[0]), inline: parts.count == 2 ? String(parts[1]) : nil, &rest)
    }
  }

  private mutating func readCommand(_ word: String) {
    let names = declaration.commands.map(\.name)
    if names.contains(word) {
      command = word
    } else {
      let near = NearestName.to(word, among: names).map { "; did you mean \($0)?" } ?? ""
      reading.refuse(
        "unknown command; expected \(names.joined(separator: ", "))\(near)",
        at: .flag(word)
      )
    }
  }

  private mutating func readFlag(
    _ name: String,
    inline: String?,
    _ rest: inout ArraySlice<String>
  ) {
    let origin = SettingOrigin.flag("--\(name)")
    if let reserved = ReservedFlag(rawValue: name) {
      readReserved(reserved, inline: inline, &rest)
      return
    }
    if let setting = settingsByFlag[name] {
      readSetting(setting, origin, inline: inline, &rest)
      return
    }
    if name.hasPrefix("no-"), let setting = settingsByFlag[String(name.dropFirst(3))],
      setting.isBool, inline == nil
    {
      assign(setting, "false", at: origin)
      return
    }
    // The value of an unknown flag is not an argument of its own.
    if inline == nil, let next = rest.first, !next.hasPrefix("-") { rest = rest.dropFirst() }
    let known = settingsByFlag.filter { !$0.value.isSecret }.keys.sorted()
    let names = ReservedFlag.allCases.map(\.rawValue) + known
    let near = NearestName.to(name, among: names).map { "; did you mean --\($0)?" } ?? ""
    reading.refuse("unknown flag\(near)", at: origin)
  }

  private mutating func readSetting(
    _ setting: any AnySetting,
    _ origin: SettingOrigin,
    inline: String?,
    _ rest: inout ArraySlice<String>
  ) {
    if setting.isSecret {
      if inline == nil, let next = rest.first, !next.hasPrefix("--") { rest = rest.dropFirst() }
      reading.refuse(
        "a secret is not accepted on the command line, where other users of this host can read it; "
          + "write it to a file and give \(origin)-file PATH, or set "
          + declaration.environmentName(setting.key),
        at: origin
      )
      return
    }
    if setting.isBool && inline == nil {
      // `--flag true` is accepted as well; what else follows is the next argument.
      if let next = rest.first, next == "true" || next == "false" {
        rest = rest.dropFirst()
        assign(setting, next, at: origin)
      } else {
        assign(setting, "true", at: origin)
      }
      return
    }
    guard let value = inline ?? takeValue(&rest) else {
      reading.refuse("needs a value: \(setting.allowed)", at: origin)
      return
    }
    assign(setting, value, at: origin)
  }

  private func takeValue(_ rest: inout ArraySlice<String>) -> String? {
    guard let next = rest.first, !next.hasPrefix("--") else { return nil }
    rest = rest.dropFirst()
    return next
  }

  private mutating func assign(
    _ setting: any AnySetting,
    _ value: String,
    at origin: SettingOrigin
  ) {
    if setting.isList {
      listItems[setting.key, default: []] += RawSettingValue.text(value).items
      reading.assignments.removeAll { $0.key == setting.key }
      reading.assign(setting.key, .list(listItems[setting.key, default: []]), at: origin)
    } else if seen.insert(setting.key).inserted {
      reading.assign(setting.key, .text(value), at: origin)
    } else {
      reading.refuse("given more than once; give it once", at: origin)
    }
  }

  private mutating func readReserved(
    _ flag: ReservedFlag,
    inline: String?,
    _ rest: inout ArraySlice<String>
  ) {
    let origin = SettingOrigin.flag("--\(flag.rawValue)")
    switch flag {
    case .help: wantsHelp = true
    case .version: wantsVersion = true
    case .printConfig: wantsConfiguration = true
    case .config:
      guard let path = inline ?? takeValue(&rest), !path.isEmpty else {
        reading.refuse("needs the path of a YAML file", at: origin)
        return
      }
      if configPath != nil { reading.refuse("given more than once; give it once", at: origin) }
      configPath = path
    case .output:
      guard let format = (inline ?? takeValue(&rest)).flatMap(ConfigurationFormat.init) else {
        reading.refuse("expected human or json", at: origin)
        return
      }
      output = format
    }
  }
}
