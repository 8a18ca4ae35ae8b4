/// A small plot of a metric over its steps, for a terminal.
enum LossPlot {
  /// `rowCount` lines, with the highest and the lowest value beside them; none for fewer than two
  /// finite values. Many values are averaged into one column.
  static func lines(_ values: [Double], columnCount: Int = 60, rowCount: Int = 6) -> [String] {
    let finite = values.filter(\.isFinite)
    guard finite.count >= 2, columnCount >= 2, rowCount >= 2 else { return [] }
    let points = averaged(finite, to: min(columnCount, finite.count))
    let low = points.reduce(points[0], min)
    let high = points.reduce(points[0], max)
    let span = high - low
    // In eighths of a character, the lowest point still visible.
    let heights = points.map { value in
      span > 0 ? 1 + Int(((value - low) / span * Double(rowCount * 8 - 1)).rounded()) : rowCount * 4
    }
    let labels = [ValueText.number(high), ValueText.number(low)]
    let labelWidth = max(labels[0].count, labels[1].count)
    let blocks = [" ", "▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    return (0..<rowCount).map { row in
      let base = (rowCount - 1 - row) * 8
      let label = row == 0 ? labels[0] : row == rowCount - 1 ? labels[1] : ""
      let padding = String(repeating: " ", count: labelWidth - label.count)
      let cells = heights.map { blocks[min(8, max(0, $0 - base))] }.joined()
      return "\(padding)\(label) ┤\(cells)"
    }
  }

  private static func averaged(_ values: [Double], to count: Int) -> [Double] {
    (0..<count).map { column in
      let range = (column * values.count / count)..<((column + 1) * values.count / count)
      return values[range].reduce(0) { $0 + $1 / Double(range.count) }
    }
  }
}
