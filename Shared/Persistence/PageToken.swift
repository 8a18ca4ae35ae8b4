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

  /// An opaque text for a key.
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
    guard token.utf8.first == UInt8(ascii: "p"), digits.count.isMultiple(of: 2),
      digits.count <= 1024
    else { throw invalid }
    var bytes: [UInt8] = []
    var rest = Substring(token.dropFirst())
    while !rest.isEmpty {
      guard let byte = UInt8(rest.prefix(2), radix: 16) else { throw invalid }
      bytes.append(byte)
      rest = rest.dropFirst(2)
    }
    guard let key = String(validating: bytes, as: UTF8.self) else { throw invalid }
    return key
  }

  private static let invalid = RPCError(
    .invalidArgument,
    "page_token: is not one that a list has given out; leave it empty for the first page"
  )
}
