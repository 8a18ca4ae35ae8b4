/// Which call, and which part of it, the current task works for (W3C Trace Context).
///
/// The RPC runtime binds it around each handler: `TraceScope.$current.withValue(scope) { … }`.
/// Every log line of the task and its children then carries both ids.
public struct TraceScope: Sendable, Hashable {
  /// The scope of the current task; nil outside of a call. Reading costs about 10 ns.
  @TaskLocal public static var current: TraceScope?

  /// The trace: the same for all parts of one call, across processes. Never zero.
  public let traceID: TraceID
  /// This part of the call. Never zero.
  public let spanID: SpanID
  /// Whether the caller records this trace.
  public let isSampled: Bool

  public init(traceID: TraceID, spanID: SpanID, isSampled: Bool = false) {
    self.traceID = traceID
    self.spanID = spanID
    self.isSampled = isSampled
  }

  /// A new trace.
  public static func root(
    using random: inout some RandomNumberGenerator,
    isSampled: Bool = false
  ) -> TraceScope {
    TraceScope(
      traceID: .random(using: &random),
      spanID: .random(using: &random),
      isSampled: isSampled
    )
  }

  /// A new part of the same trace.
  public func child(using random: inout some RandomNumberGenerator) -> TraceScope {
    TraceScope(traceID: traceID, spanID: .random(using: &random), isSampled: isSampled)
  }

  /// Reads a `traceparent` (W3C Trace Context level 2, section 3.2); nil when it is malformed.
  /// Versions above 00 are read by their first four fields, as the standard asks.
  public init?(traceparent text: String) {
    let parsed: TraceScope? =
      text.utf8.withContiguousStorageIfAvailable(TraceScope.parse)
      ?? {
        Array(text.utf8).withUnsafeBufferPointer(TraceScope.parse)
      }()
    guard let parsed else { return nil }
    self = parsed
  }

  private static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> TraceScope? {
    let dash = UInt8(ascii: "-")
    guard bytes.count >= 55, bytes[2] == dash, bytes[35] == dash, bytes[52] == dash,
      let version = Hex.read(bytes[0..<2]), version != 0xFF,
      bytes.count == 55 || (version != 0 && bytes[55] == dash),
      let high = Hex.read(bytes[3..<19]), let low = Hex.read(bytes[19..<35]),
      let span = Hex.read(bytes[36..<52]), let flags = Hex.read(bytes[53..<55]),
      let traceID = TraceID(high: high, low: low), let spanID = SpanID(span)
    else { return nil }
    return TraceScope(traceID: traceID, spanID: spanID, isSampled: flags & 1 == 1)
  }

  /// The `traceparent` that continues this scope: 55 bytes, version 00.
  public var traceparent: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }
}

/// 128 bits that name a trace; never zero.
public struct TraceID: Sendable, Hashable, CustomStringConvertible {
  public let high: UInt64
  public let low: UInt64

  /// Nil for zero, which the standard forbids.
  public init?(high: UInt64, low: UInt64) {
    guard high | low != 0 else { return nil }
    self.high = high
    self.low = low
  }

  private init(nonzeroLow low: UInt64, high: UInt64) {
    self.high = high
    self.low = low
  }

  public static func random(using random: inout some RandomNumberGenerator) -> TraceID {
    TraceID(nonzeroLow: .random(in: 1 ... .max, using: &random), high: random.next())
  }

  /// 32 hexadecimal digits.
  public var description: String { Hex.text(high) + Hex.text(low) }
}

/// 64 bits that name a part of a trace; never zero.
public struct SpanID: Sendable, Hashable, CustomStringConvertible {
  public let value: UInt64

  /// Nil for zero, which the standard forbids.
  public init?(_ value: UInt64) {
    guard value != 0 else { return nil }
    self.value = value
  }

  private init(nonzero value: UInt64) { self.value = value }

  public static func random(using random: inout some RandomNumberGenerator) -> SpanID {
    SpanID(nonzero: .random(in: 1 ... .max, using: &random))
  }

  /// 16 hexadecimal digits.
  public var description: String { Hex.text(value) }
}

/// Lowercase hexadecimal of fixed width, as Trace Context writes it.
enum Hex {
  static func text(_ value: UInt64) -> String {
    String(unsafeUninitializedCapacity: 16) { digits in
      for index in 0..<16 { digits[index] = digit(UInt8(value >> UInt64(60 - 4 * index) & 15)) }
      return 16
    }
  }

  static func digit(_ nibble: UInt8) -> UInt8 {
    nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
  }

  /// At most 16 lowercase digits; nil for anything else.
  static func read(_ digits: Slice<UnsafeBufferPointer<UInt8>>) -> UInt64? {
    var value: UInt64 = 0
    for digit in digits {
      switch digit {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(digit - 48)
      case UInt8(ascii: "a")...UInt8(ascii: "f"): value = value << 4 | UInt64(digit - 87)
      default: return nil
      }
    }
    return value
  }
}
