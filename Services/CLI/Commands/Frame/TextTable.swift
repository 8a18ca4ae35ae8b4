/// Rows in columns that line up. Widths count characters as people see them, not bytes.
struct TextTable: Sendable, Equatable {
  enum Alignment: Sendable { case left, right }

  struct Column: Sendable, Equatable {
    var title: String
    var alignment: Alignment

    static func left(_ title: String) -> Column { Column(title: title, alignment: .left) }
    /// For numbers.
    static func right(_ title: String) -> Column { Column(title: title, alignment: .right) }
  }

  let columns: [Column]
  private(set) var rows: [[String]] = []

  init(_ columns: [Column]) { self.columns = columns }

  /// One text a column; a missing one is empty, and a surplus one is dropped.
  mutating func add(_ cells: [String]) {
    let row = cells.prefix(columns.count).map(Self.plain)
    rows.append(row + Array(repeating: "", count: columns.count - row.count))
  }

  /// The titles, then the rows; without spaces at the ends of lines.
  func lines(_ terminal: Terminal) -> [String] {
    let widths = columns.indices.map { index in
      rows.reduce(columns[index].title.count) { max($0, $1[index].count) }
    }
    let titles = line(columns.map(\.title), widths)
    return [terminal.styled(titles, .bold)] + rows.map { line($0, widths) }
  }

  func write(to terminal: Terminal) {
    for line in lines(terminal) { terminal.line(line) }
  }

  private func line(_ cells: [String], _ widths: [Int]) -> String {
    var text = ""
    for (index, cell) in cells.enumerated() {
      let padding = String(repeating: " ", count: widths[index] - cell.count)
      text += columns[index].alignment == .left ? cell + padding : padding + cell
      text += "  "
    }
    while text.hasSuffix(" ") { text.removeLast() }
    return text
  }

  /// What comes from elsewhere may not move the cursor or break the row.
  private static func plain(_ text: String) -> String {
    String(
      String.UnicodeScalarView(
        text.unicodeScalars.map {
          $0.value < 0x20 || (0x7F...0x9F).contains($0.value) ? " " : $0
        }
      )
    )
  }
}
