import GatewayCore
import HTTPEdge
import HTTPTypes
import Primitives
import Protocols

/// From the back end's answer to the client's.
extension Invocations {
  func encode(
    _ response: PredictResponse,
    _ admitted: Admitted
  ) async throws(ErrorAnswer) -> HTTPAnswer {
    let size = response.outputs.reduce(0) { $0 + $1.data.count + $1.elements.count * 16 }
    let body = try await working(size * 2) { () throws(ErrorAnswer) in
      try Invocations.bytes(response, admitted.answerType, header: admitted.answerHasHeader)
    }
    return HTTPAnswer(status: .ok, type: admitted.answerType.rawValue, body: body)
  }

  private static func bytes(
    _ response: PredictResponse,
    _ type: MediaType,
    header: Bool
  ) throws(ErrorAnswer) -> Bytes {
    var outputs: [TensorValues] = []
    for tensor in response.outputs {
      guard let values = TensorValues(tensor) else { throw unsound(tensor.name) }
      outputs.append(values)
    }
    let answer = InvocationAnswer(
      model: response.model,
      modelVersion: response.modelVersion,
      outputs: outputs
    )
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
