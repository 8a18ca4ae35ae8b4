import Protocols

/// Puts the numbers of JSON one behind the other, little-endian, as a tensor's type wants them.
struct TensorPacking {
  let type: DataType
  private(set) var bytes: [UInt8] = []

  init(_ type: DataType) { self.type = type }

  /// False when the value is none of this type, or out of its range; nothing is added then.
  mutating func append(_ value: JSONValue) -> Bool {
    switch type {
    case .bool:
      switch value {
      case .flag(let isSet): bytes.append(isSet ? 1 : 0)
      case .integer(let number) where number == 0 || number == 1: bytes.append(UInt8(number))
      case .null, .integer, .natural, .single, .number, .text, .list, .object: return false
      }
      return true
    case .uint8: return appendInteger(value, UInt8.self)
    case .uint16: return appendInteger(value, UInt16.self)
    case .uint32: return appendInteger(value, UInt32.self)
    case .uint64: return appendInteger(value, UInt64.self)
    case .int8: return appendInteger(value, Int8.self)
    case .int16: return appendInteger(value, Int16.self)
    case .int32: return appendInteger(value, Int32.self)
    case .int64: return appendInteger(value, Int64.self)
    case .fp32:
      guard let number = TensorPacking.number(value) else { return false }
      let single = Float(number)
      guard single.isFinite || !number.isFinite else { return false }
      put(single.bitPattern)
      return true
    case .fp64:
      guard let number = TensorPacking.number(value) else { return false }
      put(number.bitPattern)
      return true
    case .fp16:
      guard let number = TensorPacking.number(value) else { return false }
      let half = HalfPrecision.bits(number)
      guard half & 0x7FFF != 0x7C00 || !number.isFinite else { return false }
      put(half)
      return true
    case .bf16:
      guard let number = TensorPacking.number(value), Float(number).isFinite else { return false }
      // To nearest, ties to even, as hardware does.
      let bits = Float(number).bitPattern
      put(UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16))
      return true
    case .bytes, .unspecified, .unrecognized: return false
    }
  }

  private mutating func appendInteger<Word: FixedWidthInteger>(
    _ value: JSONValue,
    _: Word.Type
  ) -> Bool {
    let word: Word?
    switch value {
    case .integer(let number): word = Word(exactly: number)
    case .natural(let number): word = Word(exactly: number)
    case .number(let number): word = Word(exactly: number)
    case .null, .flag, .single, .text, .list, .object: word = nil
    }
    guard let word else { return false }
    put(word)
    return true
  }

  private mutating func put(_ word: some FixedWidthInteger) {
    withUnsafeBytes(of: word.littleEndian) { bytes.append(contentsOf: $0) }
  }

  static func number(_ value: JSONValue) -> Double? {
    switch value {
    case .integer(let number): Double(number)
    case .natural(let number): Double(number)
    case .single(let number): Double(number)
    case .number(let number): number
    case .null, .flag, .text, .list, .object: nil
    }
  }

  /// A value for a message.
  static func shown(_ value: JSONValue) -> String {
    switch value {
    case .integer(let number): String(number)
    case .natural(let number): String(number)
    case .single(let number): "\(number)"
    case .number(let number): "\(number)"
    case .text(let text): "\"\(text.prefix(40))\""
    case .flag(let isSet): "\(isSet)"
    case .null, .list, .object: value.kind
    }
  }
}

/// IEEE 754 binary16, for machines on which Swift has no Float16.
enum HalfPrecision {
  static func value(_ bits: UInt16) -> Double {
    let sign: Double = bits & 0x8000 == 0 ? 1 : -1
    let exponent = Int(bits >> 10 & 0x1F)
    let fraction = Double(bits & 0x3FF) / 1024
    switch exponent {
    case 0: return sign * fraction * 0x1p-14
    case 31: return fraction == 0 ? sign * .infinity : .nan
    default:
      return sign * (1 + fraction)
        * Double(sign: .plus, exponent: exponent - 15, significand: 1)
    }
  }

  /// To nearest, ties to even; infinite beyond 65 504.
  static func bits(_ value: Double) -> UInt16 {
    let sign: UInt16 = value.sign == .minus ? 0x8000 : 0
    let size = value.magnitude
    guard !value.isNaN else { return 0x7E00 }
    guard size < 65_520 else { return sign | 0x7C00 }
    // Below the smallest normal number steps are 2^-24; above, 2^(exponent - 10).
    guard size >= 0x1p-14 else { return sign | UInt16((size * 0x1p24).rounded(.toNearestOrEven)) }
    let exponent = Int(size.exponent)
    let steps = (size * Double(sign: .plus, exponent: 10 - exponent, significand: 1))
      .rounded(.toNearestOrEven)
    // 1 024 … 2 048 steps; the highest carries into the exponent by itself.
    return sign | UInt16((exponent + 15) * 1024 + Int(steps) - 1024)
  }
}
