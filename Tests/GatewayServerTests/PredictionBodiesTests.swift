import Foundation
import GatewayCore
import PredictionFormats
import Primitives
import Protocols
import Testing

@testable import GatewayServer

/// Bodies that the gateway and the command line must read alike; see the file.
struct PredictionBodies: Decodable {
  struct Same: Decodable {
    let endpoint: String
    /// Type and text.
    let bodies: [[String]]
  }

  let same: [Same]
  /// Endpoint, type, text, and what is said.
  let refused: [[String]]

  static func read() throws -> PredictionBodies {
    var folder = URL(filePath: #filePath)
    while folder.lastPathComponent != "Tests" { folder.deleteLastPathComponent() }
    let file = folder.appending(path: "Fixtures/Predictions/bodies.json")
    return try JSONDecoder().decode(PredictionBodies.self, from: Data(contentsOf: file))
  }

  static let manifests: [String: Manifest] = [
    "table": Manifest(
      preprocessing: Preprocessing(
        kind: .table(
          TablePreprocessing(
            tensor: "features",
            columns: [
              FittedColumn(name: "age", encoding: .number(FittedNumber(scale: 1))),
              FittedColumn(
                name: "colour",
                encoding: .category(FittedCategory(categories: ["red", "blue"], imputed: "red"))
              ),
            ],
            ignoredColumns: ["label"]
          )
        )
      )
    ),
    "matrix": Manifest(
      signature: Signature(inputs: [TensorSpec(name: "x", dataType: .fp32, shape: [-1, 2])])
    ),
    "pair": Manifest(
      signature: Signature(
        inputs: [
          TensorSpec(name: "ids", dataType: .int64, shape: [-1]),
          TensorSpec(name: "names", dataType: .bytes, shape: [-1]),
        ]
      )
    ),
  ]
}

@Suite("The bodies that every reader of predictions takes")
struct PredictionBodiesTests {
  private func message(
    _ endpoint: String,
    _ type: String,
    _ body: String
  ) throws -> PredictRequest {
    let manifest = try #require(PredictionBodies.manifests[endpoint])
    let reader = InvocationBody(
      type: type == "csv" ? .csv : .json,
      schema: try EndpointSchema(manifest)
    )
    return try reader.message(Bytes(body)) { _ in true }
  }

  /// Tensors in the order of their names: which one comes first means nothing.
  private func sorted(_ request: PredictRequest) -> PredictRequest {
    guard case .tensors(let input)? = request.input else { return request }
    let tensors = input.tensors.sorted { $0.name < $1.name }
    return PredictRequest(input: .tensors(TensorInput(tensors: tensors)))
  }

  @Test("bodies that say the same become the same message")
  func same() throws {
    for group in try PredictionBodies.read().same {
      let messages = try group.bodies.map { body in
        sorted(try message(group.endpoint, body[0], body[1]))
      }
      for (message, body) in zip(messages, group.bodies) {
        #expect(message == messages[0], "\(body)")
      }
    }
  }

  @Test("bodies that do not fit are refused with the same words")
  func refused() throws {
    for row in try PredictionBodies.read().refused {
      let problem = #expect(throws: InvocationProblem.self, "\(row)") {
        try message(row[0], row[1], row[2])
      }
      #expect(problem?.message.contains(row[3]) == true, "\(row): \(problem?.message ?? "")")
    }
  }
}
