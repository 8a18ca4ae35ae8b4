import ONNX
public import Primitives

/// A linear model as ONNX: `prediction` [rows, 1] = `features` [rows, n] · weights + bias, in FP32.
public enum LinearArtifact {
  public static let input = "features"
  public static let output = "prediction"

  public static func encode(weights: [Double], bias: Double, codeVersion: String) -> Bytes {
    var model = ONNXModelWriter(graphName: "linear-learner", producerVersion: codeVersion)
    let rows = ONNXDimension.named("rows")
    model.addInput(input, .float32, [rows, .fixed(Int64(weights.count))])
    model.addOutput(output, .float32, [rows, .fixed(1)])
    model.addConstant("weights", shape: [weights.count, 1], floats: weights.map { Float($0) })
    model.addConstant("bias", shape: [1], floats: [Float(bias)])
    model.addNode("MatMul", inputs: [input, "weights"], outputs: ["weighted"])
    model.addNode("Add", inputs: ["weighted", "bias"], outputs: [output])
    return model.encoded()
  }
}
