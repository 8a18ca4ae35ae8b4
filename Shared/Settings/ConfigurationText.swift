import Foundation

/// `--print-config`: every value and its origin, secrets hidden.
struct ConfigurationText {
  private let resolved: ResolvedSettings

  init(_ resolved: ResolvedSettings) { self.resolved = resolved }

  func text(_ format: ConfigurationFormat) -> String {
    switch format {
    case .human: human
    case .json: json
    }
  }

  /// YAML that `--config` reads back to the same values; the origin is a comment.
  private var human: String {
    var lines: [(String, String)] = []
    for setting in resolved.declaration.settings {
      guard let entry = resolved.entries[setting.key] else { continue }
      if setting.isSecret {
        lines.append(("# \(setting.key): hidden", "\(entry.origin)"))
        continue
      }
      switch entry.value.raw {
      case .text(let text)?:
        lines.append(("\(setting.key): \(ConfigurationText.scalar(text))", "\(entry.origin)"))
      case .list(let items)?:
        let list = items.map(ConfigurationText.scalar).joined(separator: ", ")
        lines.append(("\(setting.key): [\(list)]", "\(entry.origin)"))
      case nil: lines.append(("# \(setting.key): not set", "\(entry.origin)"))
      }
    }
    let width = min(60, lines.map(\.0.count).max() ?? 0)
    return lines.map { line, origin in
      line + String(repeating: " ", count: max(0, width - line.count)) + "  # \(origin)\n"
    }.joined()
  }

  private struct Printed: Encodable {
    let service: String
    let version: String
    let config: String?
    let settings: [Entry]

    struct Entry: Encodable {
      let key: String
      let value: String?
      let values: [String]?
      let origin: String
      let type: String
      let allowed: String
      let doc: String
      let secret: Bool
    }
  }

  private var json: String {
    let entries = resolved.declaration.settings.compactMap { setting -> Printed.Entry? in
      guard let entry = resolved.entries[setting.key] else { return nil }
      var value: String?
      var values: [String]?
      switch entry.value.raw {
      case .text(let text)?: value = text
      case .list(let items)?: values = items
      case nil: break
      }
      return Printed.Entry(
        key: setting.key,
        value: value,
        values: values,
        origin: "\(entry.origin)",
        type: setting.typeName,
        allowed: setting.allowed,
        doc: setting.doc,
        secret: setting.isSecret
      )
    }
    let printed = Printed(
      service: resolved.declaration.service,
      version: resolved.declaration.version,
      config: resolved.configPath,
      settings: entries
    )
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    // Strings and booleans always encode; only a defect of the encoder gives an empty object.
    let data = (try? encoder.encode(printed)) ?? Data("{}".utf8)
    return String(decoding: data, as: UTF8.self) + "\n"
  }

  /// A YAML scalar, quoted where it would otherwise read as something else.
  static func scalar(_ text: String) -> String {
    let plain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "/"):
        true
      default: false
      }
    }
    if plain && !text.isEmpty && !["null", "~"].contains(text) { return text }
    var quoted = "\""
    for character in text.unicodeScalars {
      switch character {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\t": quoted += "\\t"
      default:
        if character.value < 0x20 || character.value == 0x7F {
          let digits = String(character.value, radix: 16)
          quoted += "\\x" + (digits.count < 2 ? "0" : "") + digits
        } else {
          quoted.unicodeScalars.append(character)
        }
      }
    }
    return quoted + "\""
  }
}
