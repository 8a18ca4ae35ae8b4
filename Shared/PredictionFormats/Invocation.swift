public import Tabular

/// What a body brings, read and found to fit to what the model takes.
public struct Invocation: Sendable, Equatable {
  public enum Input: Sendable, Equatable {
    case table(TableBatch)
    case tensors([TensorValues])
  }

  public var input: Input
  /// Which outputs are wanted; empty = all.
  public var outputs: [String]

  public init(_ input: Input, outputs: [String] = []) {
    self.input = input
    self.outputs = outputs
  }
}

/// Whoever keeps the account of memory: answers whether so many more bytes may be taken. A reader
/// asks before it gathers values, and gives nothing back.
public typealias MemoryGrant = (_ byteCount: Int) -> Bool

/// How much of a body is read.
public struct ReadingLimits: Sendable {
  /// Cells of a table.
  public var cellCount: Int
  /// Cells of a table's columns of words.
  public var textCount: Int

  public init(cellCount: Int, textCount: Int) {
    self.cellCount = cellCount
    self.textCount = textCount
  }

  /// What one message to a host has room for. Each text counts as one of the 65 536 fields that a
  /// message may have (PROTOCOL.md), of which some are left to columns.
  public static let oneCall = ReadingLimits(cellCount: 4 << 20, textCount: 48 << 10)
  /// For whoever sends rows in several calls: the input's own length is the bound.
  public static let manyCalls = ReadingLimits(cellCount: .max, textCount: .max)
  /// Bytes of the elements of one tensor, those of BYTES aside, which are as few as texts.
  public static let tensorBytes = 60 << 20

  func check(_ table: FittedTable, _ census: ValueCensus) throws(InvocationProblem) {
    let rowCount = census.valueCount / table.columns.count
    try ReadingLimits.check(census.valueCount, cellCount, "cells")
    try ReadingLimits.check(rowCount * table.textColumnCount, textCount, "cells of words")
  }

  static func check(
    _ type: ElementType,
    _ census: ValueCensus,
    name: String
  ) throws(InvocationProblem) {
    let limit = type == .bytes ? oneCall.textCount : tensorBytes / type.width
    try check(census.valueCount, limit, "elements of \(type.rawValue)", field: name)
  }

  static func check(
    _ count: Int,
    _ limit: Int,
    _ what: String,
    field: String? = nil
  ) throws(InvocationProblem) {
    guard count > limit else { return }
    throw InvocationProblem(
      .tooLarge,
      "too_large",
      "about \(count) \(what), and one request may have \(limit): send it in parts",
      field: field
    )
  }
}

extension FittedTable {
  /// Columns of words.
  var textColumnCount: Int {
    columns.count { column in
      switch column.encoding {
      case .number: false
      case .category: true
      }
    }
  }
}
