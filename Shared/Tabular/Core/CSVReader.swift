public import Primitives

/// Reads CSV (RFC 4180) as it comes, in pieces of any size, and lends each row to a closure.
///
/// Between the cells stands the format's delimiter. Cells in quotes may hold it, line ends and
/// doubled quotes; lines end with LF, CRLF or CR; a UTF-8 byte order mark is skipped; empty lines
/// are no rows. Memory is bounded by one row. After a problem the reader must not be fed again.
public struct CSVReader: Sendable {
  public static let rowLimitBytes = 1 << 20
  public static let cellLimitBytes = 64 << 10
  public static let columnLimit = 4096

  private enum State {
    /// Before the first byte of a cell.
    case cellStart
    /// In a cell without quotes.
    case plain
    /// Between the quotes of a cell.
    case quoted
    /// Behind a quote inside quotes: the end of the cell, or the first half of a doubled one.
    case quoteSeen
  }

  private var state = State.cellStart
  private var row: CSVRow
  /// The line that is read now, from 1.
  private var line = 1
  private var cellStart = 0
  private var quoteLine = 1
  /// All bytes of the row, or'ed: from 0x80 on there is something to validate.
  private var byteUnion: UInt8 = 0
  private var isAfterReturn = false
  /// How many bytes of a byte order mark were skipped; 3 when the beginning is over.
  private var markCount = 0
  private static let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
  private let delimiter: UInt8

  public init(_ format: TableFormat = TableFormat()) {
    delimiter = format.delimiter.byte
    row = CSVRow(missing: format.missing)
  }

  /// Feeds a piece of the file; `body` gets each row that is whole now.
  public mutating func read(
    _ piece: UnsafeRawBufferPointer,
    _ body: (CSVRow) throws(TableProblem) -> Void
  ) throws(TableProblem) {
    var index = 0
    if markCount < 3 { index = try skipMark(piece) }
    while index < piece.count {
      let byte = piece[index]
      if isAfterReturn {
        isAfterReturn = false
        if byte == Self.lineFeed {
          index += 1
          continue
        }
      }
      switch state {
      case .cellStart where byte == Self.quote:
        state = .quoted
        quoteLine = line
        index += 1
      case .cellStart, .plain:
        let end = endOfRun(piece, from: index)
        try take(piece, index..<end)
        state = .plain
        index = end
        if index < piece.count {
          try endCell(piece[index], body)
          index += 1
        }
      case .quoted:
        let end = piece[index...].firstIndex(of: Self.quote) ?? piece.count
        for byte in piece[index..<end] where byte == Self.lineFeed { line += 1 }
        try take(piece, index..<end)
        index = end
        if index < piece.count {
          state = .quoteSeen
          index += 1
        }
      case .quoteSeen:
        if byte == Self.quote {
          try take(piece, index..<(index + 1))
          state = .quoted
        } else {
          try endCell(byte, body)
        }
        index += 1
      }
    }
  }

  public mutating func read(
    _ piece: Bytes,
    _ body: (CSVRow) throws(TableProblem) -> Void
  ) throws(TableProblem) {
    try piece.withUnsafeBytes { (raw) throws(TableProblem) in try self.read(raw, body) }
  }

  /// The file is over: the last row, if no line end was behind it.
  public mutating func finish(_ body: (CSVRow) throws(TableProblem) -> Void) throws(TableProblem) {
    if state == .quoted {
      throw TableProblem(
        "the quote that opens a cell here is never closed",
        place: "line \(quoteLine), column \(row.count + 1)",
        remedy: "close it, or double it when it is part of the text"
      )
    }
    try endCell(Self.lineFeed, body)
  }

  // MARK: The parts

  private static let quote = UInt8(ascii: "\"")
  private static let lineFeed = UInt8(ascii: "\n")
  private static let carriageReturn = UInt8(ascii: "\r")

  private func endOfRun(_ piece: UnsafeRawBufferPointer, from start: Int) -> Int {
    let delimiter = delimiter
    var index = start
    while index < piece.count {
      let byte = piece[index]
      if byte == delimiter || byte == Self.lineFeed || byte == Self.carriageReturn { break }
      index += 1
    }
    return index
  }

  private mutating func skipMark(_ piece: UnsafeRawBufferPointer) throws(TableProblem) -> Int {
    var index = 0
    while index < piece.count, markCount < 3 {
      let byte = piece[index]
      if byte == Self.mark[markCount] {
        markCount += 1
        index += 1
        continue
      }
      if markCount == 0, byte == 0xFF || byte == 0xFE {
        throw TableProblem(
          "begins like UTF-16 text",
          place: "line 1",
          remedy: "save the file as UTF-8"
        )
      }
      // Not a mark: what looked like one is text.
      let begun = Self.mark.prefix(markCount)
      row.bytes.append(contentsOf: begun)
      if !begun.isEmpty { byteUnion |= 0x80 }
      if !begun.isEmpty { state = .plain }
      markCount = 3
    }
    return index
  }

  private mutating func take(
    _ piece: UnsafeRawBufferPointer,
    _ range: Range<Int>
  ) throws(TableProblem) {
    if row.bytes.count - cellStart + range.count > Self.cellLimitBytes {
      throw problem("has more than \(Self.cellLimitBytes / 1024) KiB", "shorten or drop it")
    }
    if row.bytes.count + range.count > Self.rowLimitBytes {
      throw problem("the row has more than \(Self.rowLimitBytes >> 20) MiB", "shorten or split it")
    }
    var union = byteUnion
    var hasNull = false
    for byte in piece[range] {
      union |= byte
      if byte == 0 { hasNull = true }
    }
    if hasNull {
      throw problem("holds a zero byte, so this is no text", "give a CSV file in UTF-8")
    }
    byteUnion = union
    row.bytes.append(contentsOf: piece[range])
  }

  private mutating func endCell(
    _ byte: UInt8,
    _ body: (CSVRow) throws(TableProblem) -> Void
  ) throws(TableProblem) {
    let isEmptyLine = row.count == 0 && row.bytes.isEmpty && state != .quoteSeen
    if byte == delimiter || !isEmptyLine {
      guard row.count < Self.columnLimit else {
        throw problem("a row has more than \(Self.columnLimit) cells", "drop columns")
      }
      row.ends.append(row.bytes.count)
      cellStart = row.bytes.count
    }
    switch byte {
    case delimiter:
      state = .cellStart
    case Self.lineFeed, Self.carriageReturn:
      state = .cellStart
      isAfterReturn = byte == Self.carriageReturn
      if row.count > 0 { try endRow(body) }
      line += 1
      row.line = line
    default:
      row.ends.removeLast()
      throw problem(
        "text stands behind the closing quote",
        "put all of the cell in quotes, and double the quotes that are part of it"
      )
    }
  }

  private mutating func endRow(
    _ body: (CSVRow) throws(TableProblem) -> Void
  ) throws(TableProblem) {
    if byteUnion >= 0x80, String(validating: row.bytes, as: UTF8.self) == nil {
      throw TableProblem(
        "is not valid UTF-8",
        place: row.place,
        remedy: "save the file as UTF-8"
      )
    }
    try body(row)
    row.bytes.removeAll(keepingCapacity: true)
    row.ends.removeAll(keepingCapacity: true)
    cellStart = 0
    byteUnion = 0
  }

  private func problem(_ what: String, _ remedy: String) -> TableProblem {
    TableProblem(what, place: "line \(line), column \(row.count + 1)", remedy: remedy)
  }
}
