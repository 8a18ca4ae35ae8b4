/// Which of some names was probably meant by another.
public enum NearestName {
  /// Names that are compared at most, and bytes of each: the comparison costs the product of the
  /// lengths, and whoever makes a mistake must not buy time with it.
  private static let comparedCount = 4096
  private static let comparedBytes = 64

  /// `did you mean 'k'? there are 'k', 'n_init'`, for a message.
  public static func advice(_ given: String, among names: [String]) -> String {
    let list = "there are \(TableProblem.list(names))"
    guard let nearest = nearest(given, among: names) else { return list }
    return "did you mean \(TableProblem.quoted(nearest))? \(list)"
  }

  /// The name with the fewest changed letters, large and small ones being alike; nil when even that
  /// has changed by more than half.
  public static func nearest(_ given: String, among names: [String]) -> String? {
    guard !given.isEmpty, given.utf8.count <= comparedBytes else { return nil }
    let wanted = letters(given)
    let ranked = names.prefix(comparedCount).lazy.filter { $0.utf8.count <= comparedBytes }
      .map { ($0, distance(wanted, letters($0))) }
    guard let best = ranked.min(by: { $0.1 < $1.1 }) else { return nil }
    return best.1 * 2 <= max(given.utf8.count, best.0.utf8.count) ? best.0 : nil
  }

  private static func letters(_ name: String) -> [UInt8] { Array(name.lowercased().utf8) }

  /// Letters to insert, delete or replace (Levenshtein 1966).
  private static func distance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let changed = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(changed, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
