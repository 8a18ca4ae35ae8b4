import Primitives

@testable import RPC

/// Which kind of violation something threw; the text is for people and not asserted.
enum ViolationKind: Equatable {
  case malformed, tooLarge, unexpected, abuse

  init(_ violation: WireViolation) {
    switch violation {
    case .malformed: self = .malformed
    case .tooLarge: self = .tooLarge
    case .unexpected: self = .unexpected
    case .abuse: self = .abuse
    }
  }
}

/// The violation that `body` throws; nil when it throws none.
func violation<Result>(_ body: () throws(WireViolation) -> Result) -> ViolationKind? {
  do throws(WireViolation) {
    _ = try body()
    return nil
  } catch {
    return ViolationKind(error)
  }
}

extension Instant {
  /// A clock's reading that no test depends on.
  static let start = Instant(nanoseconds: 1_000_000_000_000)

  static func seconds(_ seconds: Double) -> Instant { start + .seconds(seconds) }
}

extension Hello {
  static let standard = Hello(limits: .untilHello, agent: "test")

  static func sample(_ change: (inout Hello) -> Void) -> Hello {
    var hello = standard
    change(&hello)
    return hello
  }
}

/// What `write` appended, without the length in front of its one frame.
func frame(_ write: (ByteOutput) -> Void) -> [UInt8] {
  Array(stream(write).dropFirst(FrameDecoder.prefixBytes))
}

/// What `write` appended, as it travels.
func stream(_ write: (ByteOutput) -> Void) -> [UInt8] {
  let output = ByteOutput()
  write(output)
  return output.takeBytes().array
}

/// Protobuf fields written the plain way: what the encoder under test is compared with.
struct Fields {
  var bytes: [UInt8] = []

  static func build(_ body: (inout Fields) -> Void) -> [UInt8] {
    var fields = Fields()
    body(&fields)
    return fields.bytes
  }

  mutating func raw(varint value: UInt64) {
    var rest = value
    repeat {
      bytes.append(UInt8(rest & 0x7F) | (rest > 0x7F ? 0x80 : 0))
      rest >>= 7
    } while rest > 0
  }

  mutating func tag(_ number: UInt64, type: UInt64) { raw(varint: number << 3 | type) }

  mutating func varint(_ number: UInt64, _ value: UInt64) {
    tag(number, type: 0)
    raw(varint: value)
  }

  mutating func fixed64(_ number: UInt64, _ value: UInt64) {
    tag(number, type: 1)
    bytes += (0..<8).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  mutating func fixed32(_ number: UInt64, _ value: UInt32) {
    tag(number, type: 5)
    bytes += (0..<4).map { UInt8(truncatingIfNeeded: value >> ($0 * 8)) }
  }

  mutating func bytes(_ number: UInt64, _ value: [UInt8]) {
    tag(number, type: 2)
    raw(varint: UInt64(value.count))
    bytes += value
  }

  mutating func text(_ number: UInt64, _ value: String) { bytes(number, Array(value.utf8)) }

  mutating func message(_ number: UInt64, _ body: (inout Fields) -> Void) {
    bytes(number, Fields.build(body))
  }
}

extension FrameKind {
  static let all: [FrameKind] = [
    .data, .hello, .begin, .head, .end, .cancel, .window, .ping, .goAway, .unknown,
  ]
}
