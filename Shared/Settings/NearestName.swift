/// Finds the name that someone probably meant.
enum NearestName {
  /// The name among `names` that is fewest edits away from `text` (insert, delete, replace, swap of
  /// neighbours), if that is at most a third of its length and at least 1; the first of equals.
  static func to(_ text: String, among names: some Sequence<String>) -> String? {
    // A very long name is no typo, and the distance costs the product of both lengths.
    guard text.utf8.count <= 128 else { return nil }
    let wanted = Array(text.lowercased().utf8)
    var best: (name: String, distance: Int)?
    for name in names {
      let candidate = Array(name.utf8)
      let limit = max(1, max(wanted.count, candidate.count) / 3)
      let distance = editDistance(wanted, candidate)
      if distance <= limit, distance < best?.distance ?? .max { best = (name, distance) }
    }
    return best?.name
  }

  /// Optimal string alignment distance (Damerau 1964; Wagner and Fischer 1974), three rows.
  static func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    if left.isEmpty { return right.count }
    if right.isEmpty { return left.count }
    var beforePrevious = [Int](repeating: 0, count: right.count + 1)
    var previous = Array(0...right.count)
    var current = previous
    for i in 1...left.count {
      current[0] = i
      for j in 1...right.count {
        let replaced = previous[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
        var least = min(replaced, previous[j] + 1, current[j - 1] + 1)
        if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
          least = min(least, beforePrevious[j - 2] + 1)
        }
        current[j] = least
      }
      (beforePrevious, previous, current) = (previous, current, beforePrevious)
    }
    return previous[right.count]
  }
}
