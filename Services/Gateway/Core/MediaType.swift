/// The media types of invocations.
public enum MediaType: String, Sendable, CaseIterable {
  case json = "application/json"
  case csv = "text/csv"
  case bytes = "application/octet-stream"

  /// Of a request's body, by its Content-Type; nil for others. Parameters such as a charset do not
  /// count.
  public static func ofBody(_ field: String?) -> MediaType? {
    guard let field else { return nil }
    return MediaType(rawValue: essence(field))
  }

  /// What an answer is sent as: CSV when the client asks for it, and JSON otherwise. `header` is
  /// true for `text/csv; header=present` (RFC 4180, 3). Nil when neither is acceptable.
  public static func ofAnswer(_ accept: String?) -> (type: MediaType, header: Bool)? {
    guard let accept, !essence(accept).isEmpty else { return (.json, false) }
    var isJSON = false
    var csv: Substring?
    for part in accept.split(separator: ",") {
      switch essence(String(part)) {
      case "application/json", "*/*", "application/*", "": isJSON = true
      case "text/csv", "text/*": csv = csv ?? part
      default: break
      }
    }
    if let csv, !isJSON || accept.hasPrefix(csv) {
      return (.csv, csv.lowercased().contains("header=present"))
    }
    return isJSON ? (.json, false) : nil
  }

  private static func essence(_ field: String) -> String {
    let essence = field.split(separator: ";", omittingEmptySubsequences: false).first ?? ""
    return String(essence.filter { $0 != " " && $0 != "\t" }).lowercased()
  }
}
