/// Any JSON, written to results. Keys of objects stay as they are.
indirect enum JSONValue: Encodable, Equatable, Sendable {
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
}
