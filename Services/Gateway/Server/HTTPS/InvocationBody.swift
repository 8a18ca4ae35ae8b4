import GatewayCore
import PredictionFormats
import Primitives
import Protocols
import TabularCoding

/// Turns the body of a request into the message for the back end, checked against what the endpoint
/// takes.
struct InvocationBody: Sendable {
  let type: MediaType
  let schema: EndpointSchema

  /// - Parameter memory: Asked before the body's values are gathered.
  func message(
    _ body: Bytes,
    memory: @escaping MemoryGrant
  ) throws(InvocationProblem) -> PredictRequest {
    let invocation: Invocation
    switch type {
    case .bytes:
      try fits(body.count)
      return PredictRequest(input: .bytes(ByteInput(items: [body])))
    case .json: invocation = try InvocationJSON.read(body, as: schema.form, memory: memory)
    case .csv: invocation = try InvocationCSV.read(body, as: schema.form, memory: memory)
    }
    let outputs = try checked(invocation.outputs)
    switch invocation.input {
    case .table(let batch): return PredictRequest(input: .table(Table(batch)), outputs: outputs)
    case .tensors(let tensors):
      try fits(tensors.reduce(0) { $0 + $1.data.count })
      return PredictRequest(
        input: .tensors(TensorInput(tensors: tensors.map { Tensor($0) })),
        outputs: outputs
      )
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
}
