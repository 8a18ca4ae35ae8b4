import ONNX
public import Primitives

/// Clusters as ONNX: of `features` [rows, n] the `cluster` (INT64 [rows]), the number of the
/// nearest centre, and `distances` (FP32 [rows, k]) from all centres.
///
/// The differences are squared and added as they are, [rows, k, n] at once. The short way over
/// |x|² - 2xc + |c|² would lose most digits near a centre, each engine other ones.
public enum KMeansArtifact {
  public static let input = "features"
  public static let cluster = "cluster"
  public static let distances = "distances"

  /// - Parameter centers: k × `width`, row by row.
  public static func encode(centers: [Double], width: Int, codeVersion: String) -> Bytes {
    let count = centers.count / width
    var model = ONNXModelWriter(graphName: "kmeans", producerVersion: codeVersion)
    let rows = ONNXDimension.named("rows")
    model.addInput(input, .float32, [rows, .fixed(Int64(width))])
    model.addOutput(cluster, .int64, [rows])
    model.addOutput(distances, .float32, [rows, .fixed(Int64(count))])
    model.addConstant("centers", shape: [1, count, width], floats: centers.map { Float($0) })
    model.addConstant("center_axis", shape: [1], integers: [1])
    model.addConstant("feature_axis", shape: [1], integers: [2])
    model.addNode("Unsqueeze", inputs: [input, "center_axis"], outputs: ["rows_apart"])
    model.addNode("Sub", inputs: ["rows_apart", "centers"], outputs: ["differences"])
    model.addNode("Mul", inputs: ["differences", "differences"], outputs: ["squares"])
    model.addNode(
      "ReduceSum",
      inputs: ["squares", "feature_axis"],
      outputs: ["squared_distances"],
      attributes: ["keepdims": .integer(0)]
    )
    model.addNode("Sqrt", inputs: ["squared_distances"], outputs: [distances])
    model.addNode(
      "ArgMin",
      inputs: ["squared_distances"],
      outputs: [cluster],
      attributes: ["axis": .integer(1), "keepdims": .integer(0), "select_last_index": .integer(0)]
    )
    return model.encoded()
  }
}
