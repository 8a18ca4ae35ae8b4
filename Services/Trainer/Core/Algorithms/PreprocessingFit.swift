public import Tabular

/// Fits the preprocessing on the training rows.
///
/// Numbers: a missing cell becomes the mean of the known ones, then (x - mean) / scale with the
/// population's standard deviation over all rows, imputed ones among them; what scikit-learn's
/// SimpleImputer and StandardScaler do one after the other. A column without spread (its variance
/// is within the rounding of the mean, as scikit-learn judges it) has the scale 1.
///
/// Categories: the words that training rows hold, sorted by their UTF-8 bytes; a missing cell
/// becomes the most frequent, of equally frequent ones the first (SimpleImputer, most_frequent).
/// Words that only held-out rows hold teach nothing: they are no category, all 0, as with
/// OneHotEncoder(handle_unknown='ignore'). The model takes them so when it serves as well, and
/// refuses others unless its owner wants it otherwise.
public enum PreprocessingFit {
  /// Throws, naming the column, when a column has no known value in the training rows, or numbers
  /// whose squares are beyond double precision.
  public static func fit(
    _ table: TrainingTable,
    rows: [Int],
    ignored: [String] = [],
    missing: MissingValues = .usual,
    acceptsUnknownCategories: Bool = false
  ) throws(TableProblem) -> FittedTable {
    var columns: [FittedTable.Column] = []
    for column in table.features {
      let encoding: FittedTable.Encoding? =
        switch column.cells {
        case .numbers(let values): try number(values, rows, column.name).map { .number($0) }
        case .words(let codes, let words): category(codes, words, rows).map { .category($0) }
        }
      guard let encoding else {
        throw TableProblem(
          "has no known value in the rows to train on",
          column: column.name,
          remedy: "ignore it, or give more rows"
        )
      }
      columns.append(FittedTable.Column(column.name, encoding))
    }
    return try FittedTable(
      columns: columns,
      ignored: ignored,
      missing: missing,
      acceptsUnknownCategories: acceptsUnknownCategories
    )
  }

  private static func number(
    _ values: [Double],
    _ rows: [Int],
    _ name: String
  ) throws(TableProblem) -> FittedTable.Number? {
    var moments = RunningMoments()
    for row in rows where !values[row].isNaN { moments.add(values[row]) }
    guard moments.count > 0 else { return nil }
    guard moments.squares.isFinite else {
      throw TableProblem(
        "its numbers are too large: the sum of their squares is beyond double precision",
        column: name,
        remedy: "give it in a larger unit, or ignore it"
      )
    }
    // Imputed rows add nothing to the squares, since they are at the mean.
    let rowCount = Double(rows.count)
    let variance = moments.squares / rowCount
    let rounding = Double.ulpOfOne
    let noise =
      rowCount * rounding * variance
      + (rowCount * moments.mean * rounding) * (rowCount * moments.mean * rounding)
    let scale = variance <= noise ? 1 : variance.squareRoot()
    return FittedTable.Number(imputed: moments.mean, mean: moments.mean, scale: scale)
  }

  private static func category(
    _ codes: [Int32],
    _ words: [String],
    _ rows: [Int]
  ) -> FittedTable.Category? {
    var counts = [Int](repeating: 0, count: words.count)
    for row in rows where codes[row] >= 0 { counts[Int(codes[row])] += 1 }
    let sorted = words.indices
      .sorted { words[$0].utf8.lexicographicallyPrecedes(words[$1].utf8) }
    let used = sorted.filter { counts[$0] > 0 }
    guard var best = used.first else { return nil }
    for index in used where counts[index] > counts[best] { best = index }
    return FittedTable.Category(
      categories: used.map { words[$0] },
      imputed: words[best],
      unlearned: sorted.filter { counts[$0] == 0 }.map { words[$0] }
    )
  }
}
