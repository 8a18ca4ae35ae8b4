/// How a table is written as text: what stands between cells, and what stands for an unknown value.
public struct TableFormat: Sendable, Equatable {
  public var delimiter: Delimiter
  public var missing: MissingValues

  public init(delimiter: Delimiter = .comma, missing: MissingValues = .usual) {
    self.delimiter = delimiter
    self.missing = missing
  }
}

/// What stands between the cells of a line.
public enum Delimiter: String, CaseIterable, Sendable {
  case comma = ","
  case semicolon = ";"
  case tab = "\t"
  case pipe = "|"

  var byte: UInt8 {
    switch self {
    case .comma: UInt8(ascii: ",")
    case .semicolon: UInt8(ascii: ";")
    case .tab: UInt8(ascii: "\t")
    case .pipe: UInt8(ascii: "|")
    }
  }

  /// For messages: `','`, `a tab`.
  public var words: String { self == .tab ? "a tab" : "'\(rawValue)'" }

  /// As a user writes it: the character itself, or `tab`. Nil for anything else.
  public init?(userText text: String) {
    guard let delimiter = text == "tab" ? .tab : Delimiter(rawValue: text) else { return nil }
    self = delimiter
  }
}

/// Texts of cells that stand for an unknown value. Some always do: an empty cell and
/// `CellText.missingMarkers`. A table may have more, which must be written exactly so; one that is
/// a number stands for every way to write it (`-999` also for `-999.0`).
public struct MissingValues: Sendable, Equatable {
  /// Further texts at most.
  public static let limit = 32
  /// Bytes of one at most.
  public static let textLimitBytes = 64

  /// Those that always do, and no other.
  public static let usual = MissingValues()

  /// Those of this table, without white space around them.
  public let further: [String]
  private let numbers: [Double]

  private init() {
    further = []
    numbers = []
  }

  /// Throws for more or longer texts than there may be.
  public init(_ further: [String]) throws(TableProblem) {
    guard further.count <= Self.limit else {
      throw TableProblem(
        "there are \(further.count) texts for missing values",
        remedy: "give at most \(Self.limit)"
      )
    }
    if let long = further.first(where: { $0.utf8.count > Self.textLimitBytes }) {
      throw TableProblem(
        "\(TableProblem.quoted(long)), a text for missing values, is too long",
        remedy: "give at most \(Self.textLimitBytes) bytes"
      )
    }
    var texts: [String] = []
    for text in further.map(CellText.trimmed) where !CellText.isMissing(text) {
      if !texts.contains(text) { texts.append(text) }
    }
    self.further = texts
    numbers = texts.compactMap { CellText.number($0) }
  }

  public func contains(_ text: String) -> Bool {
    if CellText.isMissing(text) { return true }
    if further.isEmpty { return false }
    var text = text
    return text.withUTF8 { isFurther(CellText.trimmed($0)) }
  }

  public func contains(_ number: Double) -> Bool { !numbers.isEmpty && numbers.contains(number) }

  /// Of trimmed bytes.
  func contains(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    CellText.isMissing(bytes) || (!further.isEmpty && isFurther(bytes))
  }

  private func isFurther(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if further.contains(where: { $0.utf8.elementsEqual(bytes) }) { return true }
    return !numbers.isEmpty && CellText.number(bytes).map { numbers.contains($0) } ?? false
  }
}
