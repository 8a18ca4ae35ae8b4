// Generated from martlet/tabular/v1/table.proto by protos/generate; never edited by hand.
// swift-format-ignore-file

internal import CProtocols
import Primitives
import WireCodec

/// What the cells of a column are.
public enum ColumnType: WireEnum {
  case unspecified
  /// Every cell that is not missing is a finite number.
  case number
  /// Words out of a set.
  case category
  /// Dates and times; known so that they can be refused with a clear word.
  case date
  /// A number that has no name here.
  case unrecognized(Int32)

  public init() { self = .unspecified }

  public init(rawValue: Int32) {
    switch rawValue {
    case 0: self = .unspecified
    case 1: self = .number
    case 2: self = .category
    case 3: self = .date
    default: self = .unrecognized(rawValue)
    }
  }

  public var rawValue: Int32 {
    switch self {
    case .unspecified: 0
    case .number: 1
    case .category: 2
    case .date: 3
    case .unrecognized(let number): number
    }
  }
}

public struct ColumnSchema: CBackedMessage {
  public var name: String = ""
  public var type: ColumnType = ColumnType()
  public var missingCount: UInt64 = 0
  /// Different values; counted up to 65 536.
  public var distinctCount: UInt64 = 0
  /// Of a column of numbers.
  public var minimum: Double = 0
  public var maximum: Double = 0

  public init() {}

  public init(
    name: String = "",
    type: ColumnType = ColumnType(),
    missingCount: UInt64 = 0,
    distinctCount: UInt64 = 0,
    minimum: Double = 0,
    maximum: Double = 0
  ) {
    self.name = name
    self.type = type
    self.missingCount = missingCount
    self.distinctCount = distinctCount
    self.minimum = minimum
    self.maximum = maximum
  }

  public static let messageName = "martlet.tabular.v1.ColumnSchema"

  public var description: String {
    var text = MessageDescription("ColumnSchema")
    text.add("name", self.name)
    text.add("type", self.type)
    text.add("missingCount", self.missingCount)
    text.add("distinctCount", self.distinctCount)
    text.add("minimum", self.minimum)
    text.add("maximum", self.maximum)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Tabular__V1__ColumnSchema>.size,
  ) {
    martlet__tabular__v1__column_schema__init($0.assumingMemoryBound(to: Martlet__Tabular__V1__ColumnSchema.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Tabular__V1__ColumnSchema.self)
    self.name = Unpacked.text(c.pointee.name)
    self.type = ColumnType(rawValue: Int32(truncatingIfNeeded: c.pointee.type.rawValue))
    self.missingCount = c.pointee.missing_count
    self.distinctCount = c.pointee.distinct_count
    self.minimum = c.pointee.minimum
    self.maximum = c.pointee.maximum
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Tabular__V1__ColumnSchema.self)
    martlet__tabular__v1__column_schema__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    c.pointee.type = .init(rawValue: .init(truncatingIfNeeded: self.type.rawValue))
    c.pointee.missing_count = self.missingCount
    c.pointee.distinct_count = self.distinctCount
    c.pointee.minimum = self.minimum
    c.pointee.maximum = self.maximum
  }
}

public struct TableSchema: CBackedMessage {
  public var columns: [ColumnSchema] = []
  public var rowCount: UInt64 = 0
  /// What stands between the cells of a line: `,`, `;`, a tab or `|`; empty = `,`.
  public var delimiter: String = ""
  /// Texts that stand for a missing cell, beside those that always do: an empty cell and, in any
  /// case of letters, NA, N/A, NaN, null, none and ?.
  public var missingValues: [String] = []

  public init() {}

  public init(
    columns: [ColumnSchema] = [],
    rowCount: UInt64 = 0,
    delimiter: String = "",
    missingValues: [String] = []
  ) {
    self.columns = columns
    self.rowCount = rowCount
    self.delimiter = delimiter
    self.missingValues = missingValues
  }

  public static let messageName = "martlet.tabular.v1.TableSchema"

  public var description: String {
    var text = MessageDescription("TableSchema")
    text.add("columns", self.columns)
    text.add("rowCount", self.rowCount)
    text.add("delimiter", self.delimiter)
    text.add("missingValues", self.missingValues)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Tabular__V1__TableSchema>.size,
  ) {
    martlet__tabular__v1__table_schema__init($0.assumingMemoryBound(to: Martlet__Tabular__V1__TableSchema.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Tabular__V1__TableSchema.self)
    self.columns = Unpacked.messages(c.pointee.columns, c.pointee.n_columns, source)
    self.rowCount = c.pointee.row_count
    self.delimiter = Unpacked.text(c.pointee.delimiter)
    self.missingValues = Unpacked.texts(c.pointee.missing_values, c.pointee.n_missing_values)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Tabular__V1__TableSchema.self)
    martlet__tabular__v1__table_schema__init(c)
    if !self.columns.isEmpty {
      c.pointee.n_columns = self.columns.count
      c.pointee.columns = arena.messages(self.columns)
    }
    c.pointee.row_count = self.rowCount
    if !self.delimiter.isEmpty {
      c.pointee.delimiter = arena.text(self.delimiter)
    }
    if !self.missingValues.isEmpty {
      c.pointee.n_missing_values = self.missingValues.count
      c.pointee.missing_values = arena.texts(self.missingValues)
    }
  }
}

/// Rows to predict. All columns have `row_count` cells.
public struct Table: CBackedMessage {
  public var rowCount: UInt32 = 0
  public var columns: [TableColumn] = []

  public init() {}

  public init(
    rowCount: UInt32 = 0,
    columns: [TableColumn] = []
  ) {
    self.rowCount = rowCount
    self.columns = columns
  }

  public static let messageName = "martlet.tabular.v1.Table"

  public var description: String {
    var text = MessageDescription("Table")
    text.add("rowCount", self.rowCount)
    text.add("columns", self.columns)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Tabular__V1__Table>.size,
  ) {
    martlet__tabular__v1__table__init($0.assumingMemoryBound(to: Martlet__Tabular__V1__Table.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Tabular__V1__Table.self)
    self.rowCount = c.pointee.row_count
    self.columns = Unpacked.messages(c.pointee.columns, c.pointee.n_columns, source)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Tabular__V1__Table.self)
    martlet__tabular__v1__table__init(c)
    c.pointee.row_count = self.rowCount
    if !self.columns.isEmpty {
      c.pointee.n_columns = self.columns.count
      c.pointee.columns = arena.messages(self.columns)
    }
  }
}

public struct TableColumn: CBackedMessage {
  public var name: String = ""
  public var cells: Cells?

  public enum Cells: Sendable, Equatable {
    case numbers(NumberCells)
    case texts(TextCells)
  }

  public init() {}

  public init(
    name: String = "",
    cells: Cells? = nil
  ) {
    self.name = name
    self.cells = cells
  }

  public static let messageName = "martlet.tabular.v1.TableColumn"

  public var description: String {
    var text = MessageDescription("TableColumn")
    text.add("name", self.name)
    switch self.cells {
    case .numbers(let value)?: text.addChosen("numbers", value)
    case .texts(let value)?: text.addChosen("texts", value)
    case nil: break
    }
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Tabular__V1__TableColumn>.size,
  ) {
    martlet__tabular__v1__table_column__init($0.assumingMemoryBound(to: Martlet__Tabular__V1__TableColumn.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Tabular__V1__TableColumn.self)
    self.name = Unpacked.text(c.pointee.name)
    switch c.pointee.cells_case.rawValue {
    case 2:
      self.cells = (Unpacked.message(c.pointee.numbers, source) as NumberCells?).map { .numbers($0) }
    case 3:
      self.cells = (Unpacked.message(c.pointee.texts, source) as TextCells?).map { .texts($0) }
    default: self.cells = nil
    }
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Tabular__V1__TableColumn.self)
    martlet__tabular__v1__table_column__init(c)
    if !self.name.isEmpty {
      c.pointee.name = arena.text(self.name)
    }
    switch self.cells {
    case .numbers(let value)?:
      c.pointee.cells_case = .init(rawValue: 2)
      c.pointee.numbers = arena.message(value)
    case .texts(let value)?:
      c.pointee.cells_case = .init(rawValue: 3)
      c.pointee.texts = arena.message(value)
    case nil: break
    }
  }
}

public struct NumberCells: CBackedMessage {
  public var values: [Double] = []
  /// One bit a row, the lowest first, set where the cell is missing (its value is then ignored);
  /// empty = none is missing.
  public var missing: Bytes = Bytes()

  public init() {}

  public init(
    values: [Double] = [],
    missing: Bytes = Bytes()
  ) {
    self.values = values
    self.missing = missing
  }

  public static let messageName = "martlet.tabular.v1.NumberCells"

  public var description: String {
    var text = MessageDescription("NumberCells")
    text.add("values", self.values)
    text.add("missing", self.missing)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Tabular__V1__NumberCells>.size,
  ) {
    martlet__tabular__v1__number_cells__init($0.assumingMemoryBound(to: Martlet__Tabular__V1__NumberCells.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Tabular__V1__NumberCells.self)
    self.values = Unpacked.fixedArray(c.pointee.values, c.pointee.n_values, source)
    self.missing = Unpacked.bytes(c.pointee.missing.data, c.pointee.missing.len)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Tabular__V1__NumberCells.self)
    martlet__tabular__v1__number_cells__init(c)
    if !self.values.isEmpty {
      c.pointee.n_values = self.values.count
      c.pointee.values = arena.fixedArray(self.values)
    }
    if !self.missing.isEmpty {
      c.pointee.missing.len = self.missing.count
      c.pointee.missing.data = arena.bytes(self.missing)
    }
  }
}

public struct TextCells: CBackedMessage {
  public var values: [String] = []
  /// As in NumberCells.
  public var missing: Bytes = Bytes()

  public init() {}

  public init(
    values: [String] = [],
    missing: Bytes = Bytes()
  ) {
    self.values = values
    self.missing = missing
  }

  public static let messageName = "martlet.tabular.v1.TextCells"

  public var description: String {
    var text = MessageDescription("TextCells")
    text.add("values", self.values)
    text.add("missing", self.missing)
    return text.text
  }

  public static let schema = MessageSchema(
    structBytes: MemoryLayout<Martlet__Tabular__V1__TextCells>.size,
  ) {
    martlet__tabular__v1__text_cells__init($0.assumingMemoryBound(to: Martlet__Tabular__V1__TextCells.self))
  }

  public init(unpacked message: UnsafeRawPointer, source: Bytes) {
    let c = message.assumingMemoryBound(to: Martlet__Tabular__V1__TextCells.self)
    self.values = Unpacked.texts(c.pointee.values, c.pointee.n_values)
    self.missing = Unpacked.bytes(c.pointee.missing.data, c.pointee.missing.len)
  }

  public func fill(_ message: UnsafeMutableRawPointer, _ arena: Arena) {
    let c = message.assumingMemoryBound(to: Martlet__Tabular__V1__TextCells.self)
    martlet__tabular__v1__text_cells__init(c)
    if !self.values.isEmpty {
      c.pointee.n_values = self.values.count
      c.pointee.values = arena.texts(self.values)
    }
    if !self.missing.isEmpty {
      c.pointee.missing.len = self.missing.count
      c.pointee.missing.data = arena.bytes(self.missing)
    }
  }
}
