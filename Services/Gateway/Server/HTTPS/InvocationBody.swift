import GatewayCore
import Primitives
import Protocols
import Tabular
import TabularCoding

/// Turns the body of a request into the message for the back end, checked against what the endpoint
/// takes.
struct InvocationBody: Sendable {
  let type: MediaType
  let schema: EndpointSchema

  /// A body that was read, and what is left to check of it.
  enum Parsed: Sendable {
    case records([[String: JSONCell]], outputs: [String])
    case table(TableBatch)
    case tensors([TensorValues], outputs: [String])
    case bytes(Bytes)
  }

  /// From bytes to values.
  func parse(_ body: Bytes) throws(InvocationProblem) -> Parsed {
    switch type {
    case .bytes: return .bytes(body)
    case .json:
      let invocation = try InvocationJSON.read(body, as: schema.form)
      switch invocation.input {
      case .records(let records): return .records(records, outputs: invocation.outputs)
      case .tensors(let tensors): return .tensors(tensors, outputs: invocation.outputs)
      }
    case .csv:
      do throws(TableProblem) {
        if let table = schema.table { return .table(try TableBatch(csv: body, for: table)) }
        if let matrix = schema.matrix {
          return .tensors([try CSVMatrix.read(body, as: matrix)], outputs: [])
        }
      } catch {
        throw InvocationBody.problem(error)
      }
      throw InvocationProblem(.unsupported, "unsupported", "the endpoint does not take CSV")
    }
  }

  /// From values to the message.
  func validate(_ parsed: Parsed) throws(InvocationProblem) -> PredictRequest {
    switch parsed {
    case .bytes(let bytes):
      try fits(bytes.count)
      return PredictRequest(input: .bytes(ByteInput(items: [bytes])))
    case .table(let batch): return PredictRequest(input: .table(Table(batch)))
    case .tensors(let tensors, let outputs):
      try fits(tensors.reduce(0) { $0 + $1.data.count })
      return PredictRequest(
        input: .tensors(TensorInput(tensors: tensors.map { Tensor($0) })),
        outputs: try checked(outputs)
      )
    case .records(let records, let outputs):
      guard let table = schema.table else {
        throw InvocationProblem(.mismatch, "wrong_form", "the endpoint takes no rows of a table")
      }
      let batch: TableBatch
      do throws(TableProblem) {
        batch = try TableBatch(records: records.map { $0.mapValues(Cell.init) }, for: table)
      } catch {
        throw InvocationBody.problem(error)
      }
      return PredictRequest(input: .table(Table(batch)), outputs: try checked(outputs))
    }
  }

  /// A message to the back end has 64 MiB; some of it is left to all but the data.
  private func fits(_ byteCount: Int) throws(InvocationProblem) {
    let limit = (64 << 20) - (64 << 10)
    guard byteCount > limit else { return }
    throw InvocationProblem(
      .tooLarge,
      "too_large",
      "\(byteCount) bytes of input, and one request may have \(limit): send it in parts"
    )
  }

  private func checked(_ outputs: [String]) throws(InvocationProblem) -> [String] {
    guard let known = schema.outputs, let unknown = outputs.first(where: { !known.contains($0) })
    else { return outputs }
    throw InvocationProblem(
      .mismatch,
      "unknown_output",
      "the model has no such output; it gives \(known.sorted().joined(separator: ", "))",
      field: String(unknown.prefix(128))
    )
  }

  private static func problem(_ problem: TableProblem) -> InvocationProblem {
    InvocationProblem(.mismatch, "wrong_table", problem.description, field: problem.column)
  }
}

extension Cell {
  init(_ cell: JSONCell) {
    switch cell {
    case .missing: self = .missing
    case .number(let value): self = .number(value)
    case .text(let text): self = .text(text)
    }
  }
}

/// Rows of numbers as a tensor of two dimensions.
enum CSVMatrix {
  /// A first line without a number is a header, and passed over.
  static func read(_ body: Bytes, as form: TensorForm) throws(TableProblem) -> TensorValues {
    var elements = ElementBuffer(form.type)
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
