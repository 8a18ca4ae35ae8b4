extension SettingsDeclaration {
  /// Reads all sources, checks everything, and answers what the command line asks for.
  ///
  /// - Throws: `SettingsError` with every problem of every source. `--help` and `--version` win
  ///   over problems.
  public func request(from sources: SettingsSources) throws(SettingsError) -> SettingsRequest {
    var commandLine = CommandLineReader(self)
    commandLine.read(sources.arguments)
    if commandLine.wantsHelp { return .print(HelpText(self).text) }
    if commandLine.wantsVersion { return .print("\(service) \(version)\n") }

    let environment = EnvironmentReader.read(sources.environment, self)
    let configPath = commandLine.configPath ?? environment.configPath
    var file = SourceReading()
    if let configPath { file = readFile(configPath, sources) }

    // Later sources win, so the weakest comes first.
    let readings = [file, environment.reading, commandLine.reading]
    var resolution = Resolution(declaration: self, sources: sources)
    resolution.problems = readings.reversed().flatMap(\.problems)
    for reading in readings { resolution.apply(reading.assignments) }
    resolution.applySecretFiles()
    resolution.applyDefaults()
    let resolved = ResolvedSettings(
      declaration: self,
      command: commandLine.command,
      configPath: configPath,
      entries: resolution.entries
    )
    if resolution.problems.isEmpty {
      for check in checks {
        guard let message = check.check(resolved) else { continue }
        let origin = resolved.origin(of: check.key) ?? .builtIn
        resolution.problems.append(
          SettingsProblem(origin: origin, message: "\(check.key): \(message)")
        )
      }
    }
    guard resolution.problems.isEmpty else {
      throw SettingsError(service: service, problems: resolution.problems)
    }
    return commandLine.wantsConfiguration
      ? .print(ConfigurationText(resolved).text(commandLine.output)) : .run(resolved)
  }

  private func readFile(_ path: String, _ sources: SettingsSources) -> SourceReading {
    var reader = YAMLReader(path: path, self)
    do {
      reader.read(try sources.readFile(path))
    } catch {
      reader.reading.refuse("cannot be read: \(error)", at: .file(path: path, line: 0))
    }
    return reader.reading
  }
}

/// The values as they come together.
private struct Resolution {
  let declaration: SettingsDeclaration
  let sources: SettingsSources
  var entries: [String: ResolvedSettings.Entry] = [:]
  var problems: [SettingsProblem] = []
  /// Settings that some source gave, rightly or not: a refused value is not also "missing".
  private var given: Set<String> = []

  init(declaration: SettingsDeclaration, sources: SettingsSources) {
    self.declaration = declaration
    self.sources = sources
  }

  mutating func apply(_ assignments: [SettingAssignment]) {
    for assignment in assignments {
      guard let setting = declaration.byKey[assignment.key] else { continue }
      given.insert(setting.key)
      set(setting, assignment.raw, at: assignment.origin)
    }
  }

  private mutating func set(
    _ setting: any AnySetting,
    _ raw: RawSettingValue,
    at origin: SettingOrigin
  ) {
    do throws(SettingRejection) {
      entries[setting.key] = ResolvedSettings.Entry(
        value: try setting.read(raw),
        origin: origin
      )
    } catch {
      problems.append(
        SettingsProblem(
          origin: origin,
          message: refusal(setting, raw, at: origin, reason: error.reason)
        )
      )
    }
  }

  /// Names the key where the origin does not, and the value where it is no secret.
  private func refusal(
    _ setting: any AnySetting,
    _ raw: RawSettingValue,
    at origin: SettingOrigin,
    reason: String
  ) -> String {
    if setting.isSecret { return "\(setting.key): the value is not accepted: \(reason)" }
    let text =
      switch raw {
      case .text(let text): text
      case .list(let items): items.joined(separator: ",")
      }
    let shown = text.prefix(80).map { $0 < " " ? "?" : $0 }
    let value = "\"\(String(shown))\(text.count > 80 ? "…" : "")\""
    if case .file = origin { return "\(setting.key): \(value) is not accepted: \(reason)" }
    return "\(value) is not accepted: \(reason)"
  }

  /// Reads the files that `<key>-file` settings name.
  mutating func applySecretFiles() {
    for secret in declaration.settings where secret.isSecret {
      let fileSetting = SettingsDeclaration.fileSetting(of: secret)
      guard let entry = entries[fileSetting.key], case .text(let path)? = entry.value.raw else {
        continue
      }
      if let direct = entries[secret.key] {
        problems.append(
          SettingsProblem(
            origin: entry.origin,
            message: "\(secret.key) is also given by \(direct.origin); keep one of them"
          )
        )
        continue
      }
      given.insert(secret.key)
      do {
        let bytes = try sources.readFile(path)
        var text = String(validating: bytes, as: UTF8.self) ?? ""
        if text.hasSuffix("\r\n") || text.hasSuffix("\n") { text.removeLast() }
        set(secret, .text(text), at: entry.origin)
      } catch {
        problems.append(
          SettingsProblem(
            origin: entry.origin,
            message: "\(secret.key): \(path) cannot be read: \(error)"
          )
        )
      }
    }
  }

  mutating func applyDefaults() {
    for setting in declaration.settings where entries[setting.key] == nil {
      if let value = setting.boxedDefault() {
        entries[setting.key] = ResolvedSettings.Entry(value: value, origin: .builtIn)
      } else if !given.contains(setting.key) {
        problems.append(SettingsProblem(origin: .builtIn, message: missing(setting)))
      }
    }
  }

  private func missing(_ setting: any AnySetting) -> String {
    let flag = "--" + SettingsDeclaration.flagName(setting.key)
    let name = declaration.environmentName(setting.key)
    if setting.isSecret {
      return "\(setting.key) is missing; give \(flag)-file PATH or set \(name)"
    }
    return "\(setting.key) is missing (\(setting.doc)); give \(flag) \(setting.typeName), set "
      + "\(name), or put it into the file: \(setting.allowed), for example \(setting.example)"
  }
}
