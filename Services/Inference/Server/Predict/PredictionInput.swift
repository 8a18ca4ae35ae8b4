import InferenceCore
import Primitives
import Protocols
import RPC
import Tabular
import TabularCoding

/// A call's input as the model's tensors, and what is needed to put the answer together.
struct PredictionInput: Sendable {
  /// In the model's order; empty when no item goes to the model.
  let contents: [TensorContent]
  /// Rows or items of the call.
  let rowCount: Int
  /// Of a call with bytes: what was decided about each item.
  let outcomes: [ByteWindowForm.Outcome]?

  /// Items of a call with bytes.
  static let itemLimit = 1024
  /// What the windows of one call may take, in bytes.
  static let windowBytesLimit = 64 << 20

  /// Reads and checks the input; takes time in proportion to it.
  /// - Throws: INVALID_ARGUMENT, which names the tensor, column or item.
  init(_ input: PredictRequest.Input?, _ form: ServingForm) throws(RPCError) {
    switch (input, form.input) {
    case (.tensors(let tensors)?, _): try self.init(tensors.tensors, form)
    case (.table(let table)?, .table(let fitted)): try self.init(table, fitted)
    case (.bytes(let bytes)?, .byteWindow(let window)):
      try self.init(bytes.items, window, form)
    case (nil, _):
      throw RPCError(.invalidArgument, "the call has no input; \(PredictionInput.wanted(form))")
    case (.table?, .tensors), (.table?, .byteWindow):
      throw RPCError(
        .invalidArgument,
        "the model takes no table; \(PredictionInput.wanted(form))"
      )
    case (.bytes?, .tensors), (.bytes?, .table):
      throw RPCError(
        .invalidArgument,
        "the model takes no bytes; \(PredictionInput.wanted(form))"
      )
    }
  }

  private static func wanted(_ form: ServingForm) -> String {
    switch form.input {
    case .tensors: "give `tensors`"
    case .table(let table):
      "give `table` with the columns \(TableProblem.list(table.columns.map(\.name)))"
    case .byteWindow: "give `bytes`"
    }
  }

  private init(_ tensors: [Tensor], _ form: ServingForm) throws(RPCError) {
    do throws(TensorCheck.Problem) {
      contents = try TensorCheck.order(tensors.map(TensorOffer.init), for: form.inputs)
        .map { TensorContent(shape: tensors[$0].shape, data: tensors[$0].data) }
    } catch {
      throw RPCError(.invalidArgument, error.description)
    }
    rowCount = contents.first?.shape.first.flatMap { Int(exactly: $0) } ?? 1
    outcomes = nil
  }

  private init(_ table: Table, _ fitted: FittedTable) throws(RPCError) {
    guard table.rowCount > 0 else {
      throw RPCError(.invalidArgument, "the table has no rows; give at least one")
    }
    let encoded: [Float]
    do throws(TableProblem) {
      encoded = try fitted.encode(try TableBatch(table))
    } catch {
      throw RPCError(.invalidArgument, error.description)
    }
    contents = [
      TensorContent(
        shape: [Int64(table.rowCount), Int64(fitted.width)],
        data: encoded.withUnsafeBytes { Bytes(copying: $0) }
      )
    ]
    rowCount = Int(table.rowCount)
    outcomes = nil
  }

  private init(
    _ items: [Bytes],
    _ window: ByteWindowForm,
    _ form: ServingForm
  ) throws(RPCError) {
    guard (1...PredictionInput.itemLimit).contains(items.count) else {
      throw RPCError(
        .invalidArgument,
        "the call has \(items.count) items; give 1 to \(PredictionInput.itemLimit)"
      )
    }
    var outcomes: [ByteWindowForm.Outcome] = []
    var windowCount = 0
    let width = window.count
    let tensorBytes = items.count * width * MemoryLayout<Int32>.stride
    // A small call must not make the host set aside more than a worker could ever be sent.
    guard tensorBytes <= PredictionInput.windowBytesLimit else {
      let most = PredictionInput.windowBytesLimit / (width * MemoryLayout<Int32>.stride)
      throw RPCError(
        .invalidArgument,
        "the call has \(items.count) items; the model takes at most \(max(1, most)) at once"
      )
    }
    let data = Bytes(capacity: tensorBytes) { target in
      let numbers = target.bindMemory(to: Int32.self)
      for item in items {
        let rest = UnsafeMutableBufferPointer(rebasing: numbers[(windowCount * width)...])
        let outcome = item.withUnsafeBytes { window.write($0, to: rest) }
        if outcome == .window { windowCount += 1 }
        outcomes.append(outcome)
      }
      return windowCount * width * MemoryLayout<Int32>.stride
    }
    if form.labels == nil, let index = outcomes.firstIndex(where: { $0 != .window }) {
      throw RPCError(
        .invalidArgument,
        "item \(index + 1) is too short for the model, which needs \(window.minimumBytes) bytes "
          + "beside white space"
      )
    }
    contents =
      windowCount == 0
      ? [] : [TensorContent(shape: [Int64(windowCount), Int64(width)], data: data)]
    rowCount = items.count
    self.outcomes = outcomes
  }
}
