import Primitives
import RPC

/// Where a list goes on: the last key of the page before, in a form that callers only hand back.
public enum PageToken {
  public static let defaultPageSize = 100
  public static let maximumPageSize = 1000

  /// The page size that a request with `requested` gets; 0 = the default.
  public static func pageSize(_ requested: UInt32) -> Int {
    requested == 0 ? defaultPageSize : min(Int(requested), maximumPageSize)
  }

  /// Keys have at most so many bytes.
  public static let maximumKeyBytes = 512

  /// An opaque text for a key of 1 to `maximumKeyBytes` bytes.
  public static func make(_ key: String) -> String {
    key.utf8.reduce(into: "p") { text, byte in
      if byte < 16 { text.append("0") }
      text += String(byte, radix: 16)
    }
  }

  /// The key in a token; nil for the empty token, which asks for the first page.
  /// - Throws: INVALID_ARGUMENT for a text that no list has given out.
  public static func key(_ token: String) throws(RPCError) -> String? {
    if token.isEmpty { return nil }
    let digits = token.utf8.dropFirst()
    guard token.utf8.first == UInt8(ascii: "p"), digits.count.isMultiple(of: 2), !digits.isEmpty,
      digits.count <= 2 * maximumKeyBytes
    else { throw invalid }
    var bytes: [UInt8] = []
    var high: UInt8?
    for digit in digits {
      guard let value = value(of: digit) else { throw invalid }
      if let first = high {
        bytes.append(first << 4 | value)
        high = nil
      } else {
        high = value
      }
    }
    guard let key = String(validating: bytes, as: UTF8.self) else { throw invalid }
    return key
  }

  /// Of a digit as `make` writes it; not `UInt8(_:radix:)`, which also takes signs.
  private static func value(of digit: UInt8) -> UInt8? {
    switch digit {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): digit - UInt8(ascii: "a") + 10
    default: nil
    }
  }

  private static let invalid = RPCError(
    .invalidArgument,
    "page_token: is not one that a list has given out; leave it empty for the first page"
  )
}
