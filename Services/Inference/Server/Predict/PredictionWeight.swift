import InferenceCore
import Primitives
import Protocols
import Tabular

/// Roughly the bytes that a prediction holds while it is in work: its request as it was decoded,
/// and the model's tensors that are made of it. Known before any of them is made.
enum PredictionWeight {
  /// A Swift string of up to 15 bytes is this large; a longer one has its bytes besides.
  private static let textBytes = 16

  static func of(_ input: PredictRequest.Input?, _ form: ServingForm) -> Int {
    switch input {
    case nil: return 0
    case .tensors(let tensors)?:
      // They are passed on as they are; the message to the worker is a copy.
      return tensors.tensors.reduce(0) { sum, tensor in
        sum + 2 * tensor.data.count + tensor.elements.reduce(0) { $0 + $1.count + textBytes }
      }
    case .table(let table)?:
      return table.columns.reduce(0) { $0 + bytes($1) } + 2 * encodedBytes(table, form)
    case .bytes(let bytes)?:
      return bytes.items.reduce(0) { $0 + $1.count } + 2 * windowBytes(bytes.items.count, form)
    }
  }

  private static func bytes(_ column: TableColumn) -> Int {
    switch column.cells {
    case nil: 0
    case .numbers(let cells)?: cells.values.count * MemoryLayout<Double>.stride
    case .texts(let cells)?: cells.values.reduce(0) { $0 + textBytes + $1.utf8.count }
    }
  }

  /// What encoding gives; more than it gives at most is refused there.
  private static func encodedBytes(_ table: Table, _ form: ServingForm) -> Int {
    guard case .table(let fitted) = form.input else { return 0 }
    let (count, overflow) = Int(table.rowCount).multipliedReportingOverflow(by: fitted.width)
    let most = overflow ? FittedTable.encodedLimit : min(count, FittedTable.encodedLimit)
    return most * MemoryLayout<Float>.stride
  }

  private static func windowBytes(_ itemCount: Int, _ form: ServingForm) -> Int {
    guard case .byteWindow(let window) = form.input else { return 0 }
    let (count, overflow) = itemCount.multipliedReportingOverflow(
      by: window.count * MemoryLayout<Int32>.stride
    )
    return overflow
      ? PredictionInput.windowBytesLimit : min(count, PredictionInput.windowBytesLimit)
  }
}
