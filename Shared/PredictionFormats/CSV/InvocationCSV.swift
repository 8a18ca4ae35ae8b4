public import Primitives
import Tabular

/// Reads the CSV bodies of a prediction: rows of a table, or rows of numbers for a model with one
/// tensor of two dimensions.
public enum InvocationCSV {
  /// - Parameter memory: Asked before values are gathered.
  /// - Throws: `.mismatch` for what does not fit, `.unsupported` where the form has no CSV,
  ///   `.tooLarge` for more than the limits, `.noMemory` when `memory` said no.
  public static func read(
    _ body: Bytes,
    as form: InputForm,
    limits: ReadingLimits = .oneCall,
    memory: @escaping MemoryGrant = { _ in true }
  ) throws(InvocationProblem) -> Invocation {
    let census = census(body)
    let weight: Int
    switch form {
    case .table(let table):
      try limits.check(table, census)
      weight = MemoryWeight.table(table, census)
    case .unknown:
      try ReadingLimits.check(census.valueCount, limits.textCount, "cells")
      weight = 0
    case .tensors, .bytes:
      guard let matrix = form.matrix else {
        throw InvocationProblem(
          .unsupported,
          "unsupported",
          "the endpoint takes \(form.words), which CSV cannot say"
        )
      }
      try ReadingLimits.check(matrix.type, census, name: matrix.name)
      weight = MemoryWeight.tensor(matrix.type, census)
    }
    guard memory(weight) else { throw .noMemory(weight) }
    do throws(TableProblem) {
      return Invocation(try input(body, form, census))
    } catch {
      throw .table(error)
    }
  }

  private static func input(
    _ body: Bytes,
    _ form: InputForm,
    _ census: ValueCensus
  ) throws(TableProblem) -> Invocation.Input {
    if let matrix = form.matrix {
      return .tensors([try CSVMatrix.read(body, as: matrix, cellCount: census.valueCount)])
    }
    guard case .table(let table) = form else { return .table(try TableBatch(namedTexts: body)) }
    return .table(
      try TableBatch(
        csv: body,
        for: table,
        expectedRowCount: census.valueCount / table.columns.count + 1
      )
    )
  }

  /// No cell is without a separator or a line end behind it, but for the last. Those in quotes
  /// count as well: what is asked for must never be too little.
  private static func census(_ body: Bytes) -> ValueCensus {
    var counts = [Int](repeating: 0, count: 256)
    body.withUnsafeBytes { bytes in for byte in bytes { counts[Int(byte)] += 1 } }
    // One of them separates all cells.
    let separators = [",", ";", "\t", "|"] as [Unicode.Scalar]
    let separatorCount = separators.map { counts[Int($0.value)] }.max() ?? 0
    var census = ValueCensus()
    census.valueCount = separatorCount + counts[0x0A] + counts[0x0D] + 1
    census.textBytes = body.count
    census.longTextCount = body.count / (ValueCensus.inlineTextBytes + 1)
    return census
  }
}

/// Rows of numbers as a tensor of two dimensions.
enum CSVMatrix {
  /// A first line without a number is a header, and passed over.
  /// - Parameter cellCount: At least as many as there are.
  static func read(
    _ body: Bytes,
    as form: TensorForm,
    cellCount: Int
  ) throws(TableProblem) -> TensorValues {
    var elements = ElementBuffer(form.type, elementCount: cellCount, textBytes: 0)
    var rowCount: Int64 = 0
    var width: Int?
    var isFirst = true
    let take: (CSVRow) throws(TableProblem) -> Void = { (row) throws(TableProblem) in
      defer { isFirst = false }
      if isFirst, (0..<row.count).allSatisfy({ row.number($0) == nil }) { return }
      if width ?? row.count != row.count || (form.shape[1] >= 0 && form.shape[1] != row.count) {
        throw TableProblem(
          "has \(row.count) cells, and the others, or the model, have "
            + "\(form.shape[1] >= 0 ? Int(form.shape[1]) : width ?? 0)",
          place: row.place,
          remedy: "give every row one number for each element"
        )
      }
      width = row.count
      for cell in 0..<row.count {
        guard let number = row.number(cell), elements.append(number) else {
          throw TableProblem(
            "\(TableProblem.quoted(row.text(cell))) is no \(form.type.rawValue)",
            place: row.place,
            column: "\(cell + 1)",
            remedy: "write a number that the type can hold"
          )
        }
      }
      rowCount += 1
    }
    var reader = CSVReader()
    try reader.read(body, take)
    try reader.finish(take)
    guard let width, rowCount > 0 else {
      throw TableProblem("there is no row", remedy: "give at least one")
    }
    let shape = [rowCount, Int64(width)]
    guard form.shape[0] < 0 || form.shape[0] == rowCount else {
      throw TableProblem("there are \(rowCount) rows, and the model takes \(form.shape[0])")
    }
    return elements.tensor(name: form.name, shape: shape)
  }
}
