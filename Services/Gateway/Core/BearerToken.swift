/// The secret in the words of an `Authorization` field.
public enum BearerToken {
  /// Longer ones are no key's.
  public static let maximumBytes = 256

  /// Nil when they are not `Bearer SECRET`.
  public static func read(_ field: String) -> String? {
    let parts = field.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer",
      parts[1].utf8.count <= maximumBytes, !parts[1].contains(" ")
    else { return nil }
    return String(parts[1])
  }
}
