import FoundationEssentials

/// Any JSON, read from files and written to results. Keys of objects stay as they are.
indirect enum JSONValue: Codable, Equatable, Sendable {
  case null
  case flag(Bool)
  case integer(Int64)
  case natural(UInt64)
  /// Written with the digits that tell FP32 values apart.
  case single(Float)
  case number(Double)
  case text(String)
  case list([JSONValue])
  case object([String: JSONValue])

  init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if container.decodeNil() {
      self = .null
    } else if let value = try? container.decode(Int64.self) {
      self = .integer(value)
    } else if let value = try? container.decode(Double.self) {
      // Beyond Int64 a whole number may still be a UInt64.
      self = (try? container.decode(UInt64.self)).map { .natural($0) } ?? .number(value)
    } else if let value = try? container.decode(String.self) {
      self = .text(value)
    } else if let value = try? container.decode(Bool.self) {
      self = .flag(value)
    } else if let value = try? container.decode([JSONValue].self) {
      self = .list(value)
    } else {
      self = .object(try container.decode([String: JSONValue].self))
    }
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .null: try container.encodeNil()
    case .flag(let value): try container.encode(value)
    case .integer(let value): try container.encode(value)
    case .natural(let value): try container.encode(value)
    case .single(let value): try container.encode(value)
    case .number(let value): try container.encode(value)
    case .text(let value): try container.encode(value)
    case .list(let values): try container.encode(values)
    case .object(let values): try container.encode(values)
    }
  }

  /// - Throws: `CommandError` that names the file.
  static func parse(_ bytes: [UInt8], path: String) throws(CommandError) -> JSONValue {
    do {
      return try JSONDecoder().decode(JSONValue.self, from: Data(bytes))
    } catch {
      throw CommandError(
        "\(path): this is not JSON",
        remedy:
          "give {\"inputs\":[{\"name\":…,\"shape\":[…],\"datatype\":\"FP32\",\"data\":[…]}]} or "
          + "{\"instances\":[{COLUMN: VALUE, …}]}",
        exit: .badInput
      )
    }
  }

  var asText: String? { if case .text(let value) = self { value } else { nil } }
  var asList: [JSONValue]? { if case .list(let values) = self { values } else { nil } }
  var asObject: [String: JSONValue]? { if case .object(let values) = self { values } else { nil } }

  /// What it is, for messages.
  var kind: String {
    switch self {
    case .null: "null"
    case .flag: "a truth value"
    case .integer, .natural, .single, .number: "a number"
    case .text: "a text"
    case .list: "a list"
    case .object: "an object"
    }
  }
}
