/// One row of a CSV file, lent by `CSVReader` while its closure runs. Its text is valid UTF-8.
public struct CSVRow: Sendable {
  /// The line of the file on which the row begins, from 1.
  public internal(set) var line = 1
  /// All cells, one behind the other; `ends[i]` is where cell `i` ends.
  var bytes: [UInt8] = []
  var ends: [Int] = []
  let missing: MissingValues

  init(missing: MissingValues) { self.missing = missing }

  public var count: Int { ends.count }

  /// The text of a cell without the white space around it.
  public func text(_ index: Int) -> String {
    withCell(index) { String(decoding: $0, as: UTF8.self) }
  }

  public func isMissing(_ index: Int) -> Bool { withCell(index) { missing.contains($0) } }

  /// The finite number that the cell holds, or nil.
  public func number(_ index: Int) -> Double? { withCell(index) { CellText.number($0) } }

  public func isDate(_ index: Int) -> Bool { withCell(index) { CellText.isDate($0) } }

  func hasDecimalComma(_ index: Int) -> Bool { withCell(index) { CellText.hasDecimalComma($0) } }

  /// All cells as texts.
  public var texts: [String] { (0..<count).map { text($0) } }

  /// `line 3`, for messages.
  public var place: String { "line \(line)" }

  func withCell<Value>(_ index: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Value) -> Value {
    let range = (index == 0 ? 0 : ends[index - 1])..<ends[index]
    return bytes.withUnsafeBufferPointer {
      body(CellText.trimmed(UnsafeBufferPointer(rebasing: $0[range])))
    }
  }
}
