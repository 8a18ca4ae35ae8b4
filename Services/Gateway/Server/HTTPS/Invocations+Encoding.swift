import GatewayCore
import HTTPEdge
import HTTPTypes
import PredictionFormats
import Primitives
import Protocols

/// From the back end's answer to the client's.
extension Invocations {
  func encode(
    _ response: PredictResponse,
    _ admitted: Admitted,
    _ memory: RequestMemory
  ) async throws(ErrorAnswer) -> HTTPAnswer {
    let answer = try Invocations.answer(response)
    let size = response.outputs.reduce(0) { $0 + $1.data.count + $1.elements.count * 16 }
    // The text is written once and copied once; what it did not need is free afterwards.
    let room = size + 2 * answer.maximumTextBytes
    guard memory.take(room) else { throw .noMemory }
    let body = try await working(size * 2) { () throws(ErrorAnswer) in
      try Invocations.bytes(answer, admitted.answerType, header: admitted.answerHasHeader)
    }
    memory.give(max(0, room - 2 * body.count))
    return HTTPAnswer(status: .ok, type: admitted.answerType.rawValue, body: body)
  }

  private static func answer(
    _ response: PredictResponse
  ) throws(ErrorAnswer) -> InvocationAnswer {
    var outputs: [TensorValues] = []
    for tensor in response.outputs {
      guard let values = TensorValues(tensor) else { throw unsound(tensor.name) }
      outputs.append(values)
    }
    return InvocationAnswer(
      model: response.model,
      modelVersion: response.modelVersion,
      outputs: outputs
    )
  }

  private static func bytes(
    _ answer: InvocationAnswer,
    _ type: MediaType,
    header: Bool
  ) throws(ErrorAnswer) -> Bytes {
    guard type == .csv else {
      do throws(InvocationAnswer.Unsound) {
        return try answer.json()
      } catch {
        throw unsound(error.tensor)
      }
    }
    do throws(InvocationAnswer.CSVProblem) {
      return try answer.csv(withHeader: header)
    } catch {
      switch error {
      case .unsound(let tensor): throw unsound(tensor)
      case .noTable(let tensor):
        throw ErrorAnswer(
          .notAcceptable,
          "not_acceptable",
          "the outputs are no table: ask for application/json, or for the `outputs` that are",
          field: tensor
        )
      }
    }
  }

  private static func unsound(_ tensor: String) -> ErrorAnswer {
    ErrorAnswer(
      .internalServerError,
      "internal",
      "the back end's answer contradicts itself",
      field: tensor
    )
  }
}
