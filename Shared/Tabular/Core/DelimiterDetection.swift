/// Finds out what stands between the cells of a table, from its beginning.
///
/// A delimiter fits when every line has it, and as often as the first. One that fits is taken.
/// Several are an error, as nobody could see which was taken; none leaves the one of the first
/// line, or the comma, so that the reader then names the line that is unlike the others.
struct DelimiterDetection {
  /// Bytes of the beginning that are looked at.
  static let sampleBytes = 64 << 10
  private static let lineLimit = 200

  /// Of each line of the sample, how often each delimiter stands outside of quotes.
  private var lines: [[Int]] = []

  /// - Parameter isWhole: nothing follows, so the last line is looked at too.
  init(_ sample: some Collection<UInt8>, isWhole: Bool) {
    let bytes = Delimiter.allCases.map(\.byte)
    var counts = bytes.map { _ in 0 }
    var isInQuotes = false
    var isCellStart = true
    var isEmptyLine = true
    for byte in sample {
      if isInQuotes {
        // A doubled quote closes and opens again.
        isInQuotes = byte != UInt8(ascii: "\"")
        continue
      }
      if byte == UInt8(ascii: "\n") || byte == UInt8(ascii: "\r") {
        if !isEmptyLine { lines.append(counts) }
        if lines.count == Self.lineLimit { return }
        counts = bytes.map { _ in 0 }
        isCellStart = true
        isEmptyLine = true
        continue
      }
      isEmptyLine = false
      if byte == UInt8(ascii: "\""), isCellStart {
        isInQuotes = true
      } else if let index = bytes.firstIndex(of: byte) {
        counts[index] += 1
        isCellStart = true
        continue
      }
      // The second quote of a doubled one opens again.
      isCellStart = byte == UInt8(ascii: "\"")
    }
    // A line that is cut off has too few; of a single line there is nothing else.
    if !isEmptyLine, isWhole || lines.isEmpty { lines.append(counts) }
  }

  /// Throws when more than one fits.
  func delimiter() throws(TableProblem) -> Delimiter {
    guard let first = lines.first else { return .comma }
    let all = Array(Delimiter.allCases.enumerated())
    let fitting = all.filter { index, _ in
      first[index] > 0 && lines.allSatisfy { $0[index] == first[index] }
    }
    if fitting.count == 1 { return fitting[0].element }
    if fitting.count > 1 {
      let words = fitting.map(\.element.words).joined(separator: " or ")
      throw TableProblem(
        "the cells may be separated by \(words): every line has as many of either",
        remedy: "say which it is (--delimiter), or put cells that hold one of them in quotes"
      )
    }
    return all.first { index, _ in first[index] > 0 }?.element ?? .comma
  }

  /// For rows that go to a model with so many columns: the comma wherever it can be, since that is
  /// what CSV says; else what gives the first line enough cells.
  func delimiter(columnCount: Int) -> Delimiter {
    guard columnCount > 1, let first = lines.first, first[0] == 0 else { return .comma }
    let best = zip(Delimiter.allCases, first).max { $0.1 < $1.1 }
    guard let best, best.1 + 1 >= columnCount else { return .comma }
    return best.0
  }
}
