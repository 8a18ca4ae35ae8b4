import Primitives

/// Walks over the tags of an XML file that a program wrote: names, attributes and the text before
/// the next tag. It knows no entities but the five of XML itself, opens nothing, and follows
/// nothing; what it does not understand ends it.
struct TagScanner {
  struct Tag {
    /// `layer`, and `/layer` for its end.
    let name: String
    /// `<layer/>`: it begins and ends here.
    let isEmpty: Bool
    let attributes: [String: String]
    /// Up to the next tag, at most 64 bytes.
    let text: String
  }

  /// An attribute's value at most, and the attributes of a tag.
  private static let valueBytes = 4096
  private static let attributeCount = 64
  private let bytes: UnsafeRawBufferPointer
  private var index = 0

  init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  /// The next tag; nil at the end, and where the file is not as it should be.
  mutating func next() -> Tag? {
    while skip(to: UInt8(ascii: "<")) {
      index += 1
      guard index < bytes.count else { return nil }
      switch bytes[index] {
      // Declarations and comments say nothing here.
      case UInt8(ascii: "?"), UInt8(ascii: "!"): continue
      default: return tag()
      }
    }
    return nil
  }

  private mutating func tag() -> Tag? {
    let name = word()
    guard !name.isEmpty else { return nil }
    var attributes: [String: String] = [:]
    while true {
      skipSpace()
      guard index < bytes.count else { return nil }
      if bytes[index] == UInt8(ascii: ">") {
        index += 1
        return Tag(name: name, isEmpty: false, attributes: attributes, text: text())
      }
      if bytes[index] == UInt8(ascii: "/") {
        index += 1
        guard index < bytes.count, bytes[index] == UInt8(ascii: ">") else { return nil }
        index += 1
        return Tag(name: name, isEmpty: true, attributes: attributes, text: "")
      }
      guard let (key, value) = attribute(), attributes.count < TagScanner.attributeCount else {
        return nil
      }
      attributes[key] = value
    }
  }

  private mutating func attribute() -> (String, String)? {
    let key = word()
    skipSpace()
    guard !key.isEmpty, index < bytes.count, bytes[index] == UInt8(ascii: "=") else { return nil }
    index += 1
    skipSpace()
    guard index < bytes.count else { return nil }
    let quote = bytes[index]
    guard quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'") else { return nil }
    index += 1
    let start = index
    guard skip(to: quote) else { return nil }
    let run = bytes[start..<index]
    index += 1
    // A long one is passed over: nothing that is asked for here is long.
    return (key, run.count > TagScanner.valueBytes ? "" : TagScanner.plain(run))
  }

  private mutating func word() -> String {
    let start = index
    while index < bytes.count {
      switch bytes[index] {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"),
        UInt8(ascii: ":"), UInt8(ascii: "."):
        index += 1
      case UInt8(ascii: "/") where index == start: index += 1
      default: return String(decoding: bytes[start..<index], as: UTF8.self)
      }
    }
    return ""
  }

  private mutating func text() -> String {
    let start = index
    while index < bytes.count, bytes[index] != UInt8(ascii: "<") { index += 1 }
    return TagScanner.plain(bytes[start..<min(index, start + 64)])
  }

  private mutating func skip(to byte: UInt8) -> Bool {
    while index < bytes.count, bytes[index] != byte { index += 1 }
    return index < bytes.count
  }

  private mutating func skipSpace() {
    while index < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[index]) { index += 1 }
  }

  private static func plain(_ run: Slice<UnsafeRawBufferPointer>) -> String {
    let text = String(decoding: run, as: UTF8.self)
    guard text.utf8.contains(UInt8(ascii: "&")) else { return text }
    var plain = text
    for (entity, character) in [
      ("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&amp;", "&"),
    ] {
      plain = plain.split(separator: entity, omittingEmptySubsequences: false)
        .joined(separator: character)
    }
    return plain
  }
}
