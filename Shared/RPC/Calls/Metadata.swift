import Primitives

/// Ordered pairs that accompany a call. A key may stand more than once.
///
/// Keys are 1…64 of `a-z 0-9 _ . -`; values are any bytes. An empty list allocates nothing.
public struct Metadata: Sendable, Equatable {
  public struct Pair: Sendable, Equatable {
    public var key: String
    public var value: Bytes

    public init(key: String, value: Bytes) {
      self.key = key
      self.value = value
    }
  }

  public private(set) var pairs: [Pair] = []

  public init() {}

  public init(_ pairs: [Pair]) { self.pairs = pairs }

  public var isEmpty: Bool { pairs.isEmpty }
  public var count: Int { pairs.count }
  /// Keys and values together, in bytes.
  public var byteCount: Int { pairs.reduce(0) { $0 + $1.key.utf8.count + $1.value.count } }

  public mutating func append(_ key: String, _ value: Bytes) {
    pairs.append(Pair(key: key, value: value))
  }

  public mutating func append(_ key: String, _ text: String) { append(key, Bytes(text)) }

  /// The first value of `key`.
  public subscript(key: String) -> Bytes? { pairs.first { $0.key == key }?.value }

  /// The first value of `key` as text; nil when it is absent or not UTF-8.
  public func text(_ key: String) -> String? { self[key]?.utf8Text }

  public func values(_ key: String) -> [Bytes] { pairs.filter { $0.key == key }.map(\.value) }

  /// What keeps these pairs from being sent under `limits`; nil when nothing does.
  @inline(__always)
  public func violation(under limits: WireLimits) -> String? {
    isEmpty ? nil : violationOfPairs(limits)
  }

  private func violationOfPairs(_ limits: WireLimits) -> String? {
    if count > limits.maximumMetadataPairs {
      return "metadata has \(count) pairs, the limit is \(limits.maximumMetadataPairs)"
    }
    if byteCount > limits.maximumMetadataBytes {
      return "metadata has \(byteCount) bytes, the limit is \(limits.maximumMetadataBytes)"
    }
    if let bad = pairs.first(where: { !Metadata.isValidKey($0.key) }) {
      return "metadata key \"\(bad.key.prefix(64))\" is not 1 to 64 of a-z 0-9 _ . -"
    }
    return nil
  }

  public static func isValidKey(_ key: String) -> Bool {
    var key = key
    return key.withUTF8 { isValidKey(UnsafeRawBufferPointer($0)) }
  }

  static func isValidKey(_ key: UnsafeRawBufferPointer) -> Bool {
    (1...64).contains(key.count)
      && key.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"),
          UInt8(ascii: "_"), UInt8(ascii: "."), UInt8(ascii: "-"):
          true
        default: false
        }
      }
  }
}
