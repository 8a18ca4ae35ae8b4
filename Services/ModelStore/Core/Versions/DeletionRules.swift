/// What stands in the way of deleting versions of a model. Where a model was trained or what was
/// trained on a dataset is history, and holds nothing.
public enum DeletionRules {
  /// Names of things that refer to what shall go, at most, in a message.
  private static let namedCount = 8

  /// - Parameters:
  ///   - what: `version 3 of pulse`.
  ///   - aliases: those that point to it, without `latest`.
  ///   - endpoints: those that serve it.
  public static func check(
    _ what: String,
    aliases: [String],
    endpoints: [String]
  ) throws(StoreProblem) {
    var holders: [String] = []
    if !aliases.isEmpty { holders.append(words("alias", "aliases", aliases)) }
    if !endpoints.isEmpty { holders.append(words("endpoint", "endpoints", endpoints)) }
    guard !holders.isEmpty else { return }
    throw .notYet(
      "\(what) is still referred to by \(holders.joined(separator: " and by ")); move or delete "
        + "them first, or force it"
    )
  }

  private static func words(_ one: String, _ many: String, _ names: [String]) -> String {
    let shown = names.sorted().prefix(namedCount).joined(separator: ", ")
    let more = names.count > namedCount ? " and \(names.count - namedCount) more" : ""
    return "the \(names.count == 1 ? one : many) \(shown)\(more)"
  }
}
