import GatewayCore
import PredictionFormats
import Primitives
import Protocols
import Testing

@testable import GatewayServer

@Suite("From bodies to messages")
struct InvocationBodyTests {
  private static let table = Manifest(
    preprocessing: Preprocessing(
      kind: .table(
        TablePreprocessing(
          tensor: "x",
          columns: [
            FittedColumn(name: "n", encoding: .number(FittedNumber(scale: 1))),
            FittedColumn(
              name: "c",
              encoding: .category(FittedCategory(categories: ["a", "b"], imputed: "a"))
            ),
          ]
        )
      )
    )
  )

  private static func tensors(_ inputs: TensorSpec...) -> Manifest {
    Manifest(
      signature: Signature(
        inputs: inputs,
        outputs: [TensorSpec(name: "y", dataType: .fp32, shape: [-1])]
      )
    )
  }

  private static let matrix = tensors(TensorSpec(name: "x", dataType: .fp32, shape: [-1, 2]))

  private func message(
    _ manifest: Manifest,
    _ type: MediaType,
    _ body: String
  ) -> Result<PredictRequest, InvocationProblem> {
    guard let schema = try? EndpointSchema(manifest) else {
      return .failure(InvocationProblem(.malformed, "", "no schema"))
    }
    let reader = InvocationBody(type: type, schema: schema)
    return Result { () throws(InvocationProblem) in
      try reader.message(Bytes(body)) { _ in true }
    }
  }

  @Test("rows become the same message from JSON and CSV")
  func rows() throws {
    let expected = PredictRequest(
      input: .table(
        Table(
          rowCount: 2,
          columns: [
            TableColumn(
              name: "n",
              cells: .numbers(NumberCells(values: [1.5, 0], missing: Bytes([2])))
            ),
            TableColumn(name: "c", cells: .texts(TextCells(values: ["b", "z"]))),
          ]
        )
      )
    )
    for (type, body) in [
      (MediaType.json, #"{"instances":[{"n":1.5,"c":"b"},{"c":"z","n":null}]}"#),
      (.json, #"{"columns":["c","n"],"rows":[["b","1.5"],[" z ",null]]}"#),
      (.json, #"{"instances":[[1.5,"b"],[null,"z"]]}"#),
      (.csv, "c,n\nb,1.5\nz,\n"), (.csv, "1.5,b\n,z"),
    ] {
      #expect(try message(Self.table, type, body).get() == expected, "\(body)")
    }
  }

  @Test("a table that does not fit names the column")
  func columns() {
    for (type, body, column) in [
      (MediaType.json, #"{"instances":[{"n":1}]}"#, "c"),
      (.json, #"{"instances":[{"n":1,"c":"a"},{"n":1,"c":"a","d":1}]}"#, "d"),
      (.json, #"{"instances":[{"n":"one","c":"a"}]}"#, "n"), (.csv, "n,c\none,a\n", "n"),
    ] {
      guard case .failure(let problem) = message(Self.table, type, body) else {
        Issue.record("\(body) is taken")
        continue
      }
      #expect(problem.kind == .mismatch && problem.field == column, "\(problem)")
    }
  }

  @Test("rows of numbers become a tensor, with or without a header")
  func matrices() throws {
    let expected = Bytes([0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64])
    for body in ["1,2\n3,4\n", "a,b\r\n1,2\r\n3,4"] {
      guard case .tensors(let input)? = try message(Self.matrix, .csv, body).get().input else {
        Issue.record("\(body)")
        continue
      }
      #expect(input.tensors.first?.shape == [2, 2] && input.tensors.first?.data == expected)
    }
    for body in ["", "a,b\n", "1\n", "1,2,3\n", "1,2\n3\n", "1,2\n3,x\n", "1,\n", "1,1e39\n"] {
      #expect(throws: InvocationProblem.self, "\(body)") {
        try message(Self.matrix, .csv, body).get()
      }
    }
    let whole = Self.tensors(TensorSpec(name: "x", dataType: .int32, shape: [1, 1]))
    #expect((try? message(whole, .csv, "3\n").get()) != nil)
    for body in ["3.5\n", "3\n4\n"] {
      #expect(throws: InvocationProblem.self) { try message(whole, .csv, body).get() }
    }
  }

  @Test("what a manifest takes, and as which types")
  func schemas() throws {
    let bytes = Manifest(preprocessing: Preprocessing(kind: .byteWindow(ByteWindow(tensor: "b"))))
    #expect(try EndpointSchema(bytes).mediaTypes == [.bytes])
    #expect(try EndpointSchema(Self.table).mediaTypes == [.json, .csv])
    #expect(try EndpointSchema(Self.matrix).mediaTypes == [.json, .csv])
    let cube = Self.tensors(TensorSpec(name: "x", dataType: .fp32, shape: [-1, 2, 2]))
    #expect(try EndpointSchema(cube).mediaTypes == [.json])
    for bad in [
      Manifest(), Self.tensors(), Self.tensors(TensorSpec(name: "x", shape: [1])),
      Manifest(preprocessing: Preprocessing(kind: .table(TablePreprocessing()))),
    ] { #expect(throws: EndpointSchema.Problem.self) { try EndpointSchema(bad) } }
  }

  @Test("outputs that the model does not have are refused where they are known")
  func outputs() {
    let body = #"{"instances":[[1,2]],"outputs":["z"]}"#
    #expect(throws: InvocationProblem.self) { try message(Self.matrix, .json, body).get() }
    var labels = Self.matrix
    labels.postprocessing = Postprocessing(labelChoice: LabelChoice(tensor: "y"))
    #expect((try? message(labels, .json, body).get().outputs) == ["z"])
  }
}
