import Yams

/// Checks a YAML file against a declaration: sections nest (`listen:` over `address:`) or are
/// spelled with dots (`listen.address:`). Values stay texts; their types are checked later.
struct YAMLReader {
  /// Files above this size are refused.
  static let maximumBytes = 1 << 20

  let path: String
  let declaration: SettingsDeclaration
  var reading = SourceReading()
  private var lineByKey: [String: Int] = [:]

  init(path: String, _ declaration: SettingsDeclaration) {
    self.path = path
    self.declaration = declaration
  }

  mutating func read(_ bytes: [UInt8]) {
    guard bytes.count <= YAMLReader.maximumBytes else {
      refuse("larger than \(YAMLReader.maximumBytes) bytes", line: 0)
      return
    }
    guard let text = String(validating: bytes, as: UTF8.self) else {
      refuse("not UTF-8", line: 0)
      return
    }
    do {
      switch try Yams.compose(yaml: text) {
      case nil: return
      case .mapping(let root)?: readSection("", root)
      // A file of comments is an empty scalar.
      case .scalar(let scalar)? where scalar.string.isEmpty: return
      case let other?: refuse("expected keys and values, such as `listen:`", line: line(of: other))
      }
    } catch {
      refuse(error)
    }
  }

  private mutating func readSection(_ prefix: String, _ section: Node.Mapping) {
    for (keyNode, value) in section {
      let line = line(of: keyNode)
      guard case .scalar(let name) = keyNode, name.string.utf8.count <= 256 else {
        refuse("a key must be a word", line: line)
        continue
      }
      let key = prefix.isEmpty ? name.string : "\(prefix).\(name.string)"
      if let setting = declaration.byKey[key] {
        readValue(of: setting, value, line: line)
      } else if declaration.settings.contains(where: { $0.key.hasPrefix(key + ".") }) {
        if case .mapping(let inner) = value {
          readSection(key, inner)
        } else if !isEmpty(value) {
          refuse("\"\(key)\" is a section; put its keys below it, indented", line: line)
        }
      } else {
        refuseUnknown(key, line: line)
      }
    }
  }

  private mutating func readValue(of setting: any AnySetting, _ value: Node, line: Int) {
    if let earlier = lineByKey[setting.key] {
      refuse("\"\(setting.key)\" was already set in line \(earlier)", line: line)
      return
    }
    lineByKey[setting.key] = line
    if setting.isSecret {
      refuse(
        "a secret is not accepted in this file, which gets copied and printed; write it to a file "
          + "of its own and set \"\(setting.key)-file\"",
        line: line
      )
      return
    }
    if isEmpty(value) && !setting.isList {
      refuse(
        "\"\(setting.key)\" has no value; give one (\(setting.allowed)) or remove the line",
        line: line
      )
      return
    }
    let origin = SettingOrigin.file(path: path, line: line)
    switch value {
    case .scalar(let scalar):
      let raw = isEmpty(value) ? RawSettingValue.list([]) : .text(scalar.string)
      reading.assign(setting.key, raw, at: origin)
    case .sequence(let sequence):
      var items: [String] = []
      for item in sequence {
        guard case .scalar(let scalar) = item else {
          refuse("\"\(setting.key)\": a list may hold plain values only", line: self.line(of: item))
          return
        }
        items.append(scalar.string)
      }
      reading.assign(setting.key, .list(items), at: origin)
    case .mapping, .alias:
      refuse("\"\(setting.key)\": expected \(setting.allowed)", line: line)
    }
  }

  private mutating func refuseUnknown(_ key: String, line: Int) {
    var names = declaration.settings.filter { !$0.isSecret }.map(\.key)
    // Sections count too: a misspelled section is one mistake, not one a key below it.
    for name in names {
      var parts = name.split(separator: ".")
      while parts.count > 1 {
        parts.removeLast()
        names.append(parts.joined(separator: "."))
      }
    }
    let near = NearestName.to(key, among: names).map { "; did you mean \"\($0)\"?" } ?? ""
    refuse("unknown key \"\(key.filter { $0 >= " " })\"\(near)", line: line)
  }

  private mutating func refuse(_ error: any Error) {
    guard let error = error as? YamlError else {
      refuse("cannot be read as YAML", line: 0)
      return
    }
    switch error {
    case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
      .composer(_, let problem, let mark, _):
      refuse("not YAML: \(problem)", line: mark.line)
    case .duplicatedKeysInMapping(let keys, let context):
      let names = keys.map { "\"\($0)\"" }.joined(separator: ", ")
      refuse("set more than once in one section: \(names)", line: context.mark.line)
    case .reader(let problem, _, _, _): refuse("not YAML: \(problem)", line: 0)
    default: refuse("not YAML: too deeply nested, or malformed", line: 0)
    }
  }

  private mutating func refuse(_ message: String, line: Int) {
    reading.refuse(message, at: .file(path: path, line: line))
  }

  private func line(of node: Node) -> Int { node.mark?.line ?? 0 }

  /// `key:` with nothing behind it, `key: ~` or `key: null`.
  private func isEmpty(_ node: Node) -> Bool {
    guard case .scalar(let scalar) = node, scalar.style == .plain || scalar.style == .any else {
      return false
    }
    return ["", "~", "null"].contains(scalar.string)
  }
}
