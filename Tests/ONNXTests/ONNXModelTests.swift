import Foundation
import ONNX
import Primitives
import Testing

/// A model of Tests/Fixtures/ONNX, which its make.py made with ONNX's own library.
func fixture(_ name: String) throws -> Bytes {
  let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  return Bytes(try Data(contentsOf: folder.appending(path: "Fixtures/ONNX/\(name)")))
}

func linearModel() -> ONNXModelWriter {
  var model = ONNXModelWriter(graphName: "linear-learner", producerVersion: "0.1.0")
  model.addInput("features", .float32, [.named("rows"), .fixed(3)])
  model.addOutput("prediction", .float32, [.named("rows"), .fixed(1)])
  model.addConstant("weights", shape: [3, 1], floats: [0.5, -1.25, 3])
  model.addConstant("bias", shape: [1], floats: [0.75])
  model.addNode("MatMul", inputs: ["features", "weights"], outputs: ["weighted"])
  model.addNode("Add", inputs: ["weighted", "bias"], outputs: ["prediction"])
  return model
}

func kMeansModel() -> ONNXModelWriter {
  var model = ONNXModelWriter(graphName: "kmeans", producerVersion: "0.1.0")
  model.addInput("features", .float32, [.named("rows"), .fixed(3)])
  model.addOutput("cluster", .int64, [.named("rows")])
  model.addOutput("distances", .float32, [.named("rows"), .fixed(2)])
  model.addConstant("centers", shape: [1, 2, 3], floats: [0, 0.5, -1, 2, -0.25, 4])
  model.addConstant("center_axis", shape: [1], integers: [1])
  model.addConstant("feature_axis", shape: [1], integers: [2])
  model.addNode("Unsqueeze", inputs: ["features", "center_axis"], outputs: ["rows_apart"])
  model.addNode("Sub", inputs: ["rows_apart", "centers"], outputs: ["differences"])
  model.addNode("Mul", inputs: ["differences", "differences"], outputs: ["squares"])
  model.addNode(
    "ReduceSum",
    inputs: ["squares", "feature_axis"],
    outputs: ["squared_distances"],
    attributes: ["keepdims": .integer(0)]
  )
  model.addNode("Sqrt", inputs: ["squared_distances"], outputs: ["distances"])
  model.addNode(
    "ArgMin",
    inputs: ["squared_distances"],
    outputs: ["cluster"],
    attributes: ["axis": .integer(1), "keepdims": .integer(0), "select_last_index": .integer(0)]
  )
  return model
}

@Suite("ONNX models")
struct ONNXModelTests {
  @Test("what is written has the bytes that ONNX's own library writes, which two engines run")
  func writesReferenceBytes() throws {
    #expect(linearModel().encoded() == (try fixture("linear.onnx")))
    #expect(kMeansModel().encoded() == (try fixture("kmeans.onnx")))
  }

  @Test("what was written is read back: who made it, what it takes and what it gives")
  func readsOwnModels() throws {
    let model = try ONNXModel(reading: kMeansModel().encoded())
    #expect(model.producerName == "martlet")
    #expect(model.producerVersion == "0.1.0")
    #expect(model.irVersion == 8)
    #expect(model.operatorSets == [.init(domain: "", version: 13)])
    #expect(model.graphName == "kmeans")
    #expect(model.nodeCount == 6)
    #expect(model.inputs == [ONNXValue("features", .float32, [.named("rows"), .fixed(3)])])
    #expect(
      model.outputs == [
        ONNXValue("cluster", .int64, [.named("rows")]),
        ONNXValue("distances", .float32, [.named("rows"), .fixed(2)]),
      ]
    )
    #expect(model.externalDataFiles.isEmpty)
  }

  @Test("files of others: weights elsewhere also in inner graphs, free and unknown shapes")
  func readsOtherModels() throws {
    let model = try ONNXModel(reading: fixture("other.onnx"))
    #expect(model.producerName == "somebody")
    #expect(model.operatorSets == [.init(domain: "", version: 15)])
    #expect(model.nodeCount == 2)
    #expect(model.externalDataFiles == ["weights/inner.bin", "weights/table.bin"])
    #expect(
      model.inputs == [
        ONNXValue("flag", .bool, []),
        ONNXValue("any", .float64, [.named("batch"), .free, .fixed(4)]),
        ONNXValue("ranked_by_call", .int32, nil),
      ]
    )
    #expect(model.outputs.map(\.name) == ["result", "copy"])
    #expect(model.inputs[1].dimensions?.map(\.size) == [-1, -1, 4])
  }

  @Test("a model that is cut anywhere is refused or read, and never more")
  func survivesCuts() throws {
    for name in ["linear.onnx", "kmeans.onnx", "other.onnx"] {
      let whole = try fixture(name)
      for count in 0..<whole.count {
        let found = Result { try ONNXModel(reading: whole.slice(0..<count)) }
        if case .success(let model) = found { #expect(!model.outputs.isEmpty) }
      }
    }
  }

  @Test("no change of bytes crashes the reader")
  func survivesDamage() throws {
    var generator = SeededGenerator(seed: 3)
    for name in ["linear.onnx", "kmeans.onnx", "other.onnx"] {
      let whole = try fixture(name).array
      for _ in 0..<2000 {
        var damaged = whole
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          let place = Int.random(in: damaged.indices, using: &generator)
          damaged[place] = UInt8.random(in: .min ... .max, using: &generator)
        }
        _ = try? ONNXModel(reading: Bytes(damaged))
      }
    }
  }

  @Test(
    "what is no model is refused with a word that says so",
    arguments: [[], [0x08, 0x08], Array("\u{89}PNG".utf8), Array("a,b\n1,2\n".utf8), [0xFF]]
  )
  func refusesOtherFiles(bytes: [UInt8]) {
    #expect(throws: ONNXProblem.self) { try ONNXModel(reading: Bytes(bytes)) }
  }

  @Test("graphs in graphs are followed to a limit")
  func boundsDepth() throws {
    #expect(throws: Never.self) { try ONNXModel(reading: nested(ONNXModel.depthLimit - 1)) }
    #expect(throws: ONNXProblem.self) { try ONNXModel(reading: nested(ONNXModel.depthLimit)) }
    #expect(throws: ONNXProblem.self) { try ONNXModel(reading: nested(3000)) }
  }

  /// A model whose node holds a graph whose node holds a graph …
  private func nested(_ depth: Int) -> Bytes {
    func field(_ number: UInt8, _ content: [UInt8]) -> [UInt8] {
      var size: [UInt8] = []
      var rest = content.count
      while rest >= 0x80 {
        size.append(UInt8(rest & 0x7F) | 0x80)
        rest >>= 7
      }
      return [number << 3 | 2] + size + [UInt8(rest)] + content
    }
    var graph: [UInt8] = []
    for _ in 0..<depth { graph = field(1, field(5, field(6, graph))) }
    let output = field(12, field(1, Array("out".utf8)))
    return Bytes([0x08, 0x08] + field(7, graph + output) + field(8, [0x10, 0x0D]))
  }
}
