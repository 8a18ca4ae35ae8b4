import Glibc
import Logging

/// Builds one log line as bytes. Everything in it is bounded and escaped, so that no value can
/// forge a second line or a colour.
struct LogLine {
  /// A message or a value is cut at this length.
  static let maximumTextBytes = 4096
  /// Fields beyond this number are left out, and counted in `fields_omitted`.
  static let maximumFieldCount = 64
  /// Nested metadata is cut at this depth.
  static let maximumDepth = 8

  let style: LogStyle
  private(set) var bytes: [UInt8] = []

  init(_ style: LogStyle) {
    self.style = style
    bytes.reserveCapacity(256)
  }

  mutating func write(
    time: timespec,
    label: String,
    level: Logger.Level,
    message: String,
    error: (any Error)?,
    metadata: Logger.Metadata
  ) {
    switch style {
    case .json(let hasPriority):
      if hasPriority { append("<\(LogLine.priority(level))>") }
      writeJSON(time, label, level, message, error, metadata)
    case .human(let hasColour):
      writeHuman(time, label, level, message, error, metadata, hasColour)
    }
    bytes.append(10)
  }

  // MARK: JSON

  private mutating func writeJSON(
    _ time: timespec,
    _ label: String,
    _ level: Logger.Level,
    _ message: String,
    _ error: (any Error)?,
    _ metadata: Logger.Metadata
  ) {
    append("{\"time\":\"")
    UTCTime.append(time, to: &bytes)
    append("\",\"level\":\"\(level.rawValue)\",\"label\":")
    appendQuoted(label)
    append(",\"message\":")
    appendQuoted(message)
    // The ids of a call stand at the top, where a search finds them, and never collide with fields.
    for name in ["trace_id", "span_id"] {
      if case .string(let id)? = metadata[name] {
        append(",\"\(name)\":")
        appendQuoted(id)
      }
    }
    if let error {
      append(",\"error\":")
      appendQuoted("\(error)")
    }
    let fields = metadata.filter { $0.key != "trace_id" && $0.key != "span_id" }
    if !fields.isEmpty {
      append(",\"fields\":")
      appendObject(fields, depth: 0)
    }
    append("}")
  }

  private mutating func appendObject(_ fields: Logger.Metadata, depth: Int) {
    append("{")
    var isFirst = true
    for (name, value) in fields.sorted(by: { $0.key < $1.key }).prefix(LogLine.maximumFieldCount) {
      if !isFirst { append(",") }
      isFirst = false
      appendQuoted(name)
      append(":")
      appendValue(value, depth: depth + 1)
    }
    if fields.count > LogLine.maximumFieldCount {
      append(",\"fields_omitted\":\(fields.count - LogLine.maximumFieldCount)")
    }
    append("}")
  }

  private mutating func appendValue(_ value: Logger.Metadata.Value, depth: Int) {
    switch value {
    case .string(let text): appendQuoted(text)
    case .stringConvertible(let value):
      switch value {
      case let number as any FixedWidthInteger: append("\(number)")
      case let number as Double where number.isFinite: append("\(number)")
      case let flag as Bool: append(flag ? "true" : "false")
      default: appendQuoted(value.description)
      }
    case .dictionary(let fields):
      if depth < LogLine.maximumDepth { appendObject(fields, depth: depth) } else { append("null") }
    case .array(let items):
      guard depth < LogLine.maximumDepth else {
        append("null")
        return
      }
      append("[")
      for (index, item) in items.prefix(LogLine.maximumFieldCount).enumerated() {
        if index > 0 { append(",") }
        appendValue(item, depth: depth + 1)
      }
      append("]")
    @unknown default: appendQuoted("\(value)")
    }
  }

  private mutating func appendQuoted(_ text: String) {
    append("\"")
    appendCut(text) { bytes, byte in
      switch byte {
      case UInt8(ascii: "\""): bytes += Array("\\\"".utf8)
      case UInt8(ascii: "\\"): bytes += Array("\\\\".utf8)
      case 10: bytes += Array("\\n".utf8)
      case 9: bytes += Array("\\t".utf8)
      case 0..<32, 127:
        bytes += Array("\\u00".utf8)
        bytes.append(Hex.digit(byte >> 4))
        bytes.append(Hex.digit(byte & 15))
      default: bytes.append(byte)
      }
    }
    append("\"")
  }

  // MARK: Human

  private mutating func writeHuman(
    _ time: timespec,
    _ label: String,
    _ level: Logger.Level,
    _ message: String,
    _ error: (any Error)?,
    _ metadata: Logger.Metadata,
    _ hasColour: Bool
  ) {
    UTCTime.append(time, to: &bytes)
    if hasColour { append(LogLine.colour(level)) }
    let name = level.rawValue
    append(" \(name)\(String(repeating: " ", count: max(0, 8 - name.utf8.count)))")
    if hasColour { append("\u{1B}[0m") }
    append(" ")
    appendPlain(label)
    append(": ")
    appendPlain(message)
    if let error {
      append(" error=")
      appendPlain("\(error)")
    }
    for (key, value) in metadata.sorted(by: { $0.key < $1.key }).prefix(LogLine.maximumFieldCount) {
      append(hasColour ? " \u{1B}[2m" : " ")
      appendPlain(key)
      append(hasColour ? "=\u{1B}[0m" : "=")
      appendPlain(value.description)
    }
  }

  private mutating func appendPlain(_ text: String) {
    appendCut(text) { bytes, byte in
      if byte < 32 || byte == 127 {
        bytes += Array("\\x".utf8)
        bytes.append(Hex.digit(byte >> 4))
        bytes.append(Hex.digit(byte & 15))
      } else {
        bytes.append(byte)
      }
    }
  }

  // MARK: Pieces

  /// Appends `text` byte by byte, cut at a character's border when it is too long.
  private mutating func appendCut(_ text: String, _ add: (inout [UInt8], UInt8) -> Void) {
    var text = text
    text.withUTF8 { utf8 in
      var end = min(utf8.count, LogLine.maximumTextBytes)
      if end < utf8.count { while end > 0 && utf8[end] & 0xC0 == 0x80 { end -= 1 } }
      for byte in utf8[..<end] { add(&bytes, byte) }
      if end < utf8.count { bytes += Array("…".utf8) }
    }
  }

  private mutating func append(_ text: String) { bytes += Array(text.utf8) }

  /// syslog(3)'s severity.
  private static func priority(_ level: Logger.Level) -> Int {
    switch level {
    case .trace, .debug: 7
    case .info: 6
    case .notice: 5
    case .warning: 4
    case .error: 3
    case .critical: 2
    }
  }

  private static func colour(_ level: Logger.Level) -> String {
    switch level {
    case .trace, .debug: "\u{1B}[2m"
    case .info, .notice: "\u{1B}[32m"
    case .warning: "\u{1B}[33m"
    case .error, .critical: "\u{1B}[31m"
    }
  }
}

private enum Hex {
  /// The lower-case digit of 0…15.
  static func digit(_ value: UInt8) -> UInt8 {
    value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "a") + value - 10
  }
}
