import Foundation
import ONNX
import Primitives
import Testing
import TrainerCore

@Suite("Artifacts")
struct ArtifactTests {
  private func fixture(_ name: String) throws -> Bytes {
    let tests = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    return Bytes(try Data(contentsOf: tests.appending(path: "Fixtures/ONNX/\(name)")))
  }

  @Test("artifacts are the graphs that onnxruntime and OpenVINO answered right in the fixtures")
  func areTheCheckedGraphs() throws {
    let linear = LinearArtifact.encode(weights: [0.5, -1.25, 3], bias: 0.75, codeVersion: "0.1.0")
    #expect(linear == (try fixture("linear.onnx")))
    let centers = [0, 0.5, -1, 2, -0.25, 4]
    let clusters = KMeansArtifact.encode(centers: centers, width: 3, codeVersion: "0.1.0")
    #expect(clusters == (try fixture("kmeans.onnx")))
  }

  @Test("a linear model takes features and gives predictions, for any number of rows")
  func linear() throws {
    let bytes = LinearArtifact.encode(weights: [1, 2, 3], bias: 4, codeVersion: "0.1.0")
    let model = try ONNXModel(reading: bytes)
    #expect(model.inputs == [ONNXValue("features", .float32, [.named("rows"), .fixed(3)])])
    #expect(model.outputs == [ONNXValue("prediction", .float32, [.named("rows"), .fixed(1)])])
    #expect(bytes == LinearArtifact.encode(weights: [1, 2, 3], bias: 4, codeVersion: "0.1.0"))
  }

  @Test("clusters take features and give cluster and distances")
  func clusters() throws {
    let centers = [1.0, 2, 3, 4, 5, 6]
    let model = try ONNXModel(
      reading: KMeansArtifact.encode(centers: centers, width: 3, codeVersion: "0.1.0")
    )
    #expect(model.inputs == [ONNXValue("features", .float32, [.named("rows"), .fixed(3)])])
    #expect(
      model.outputs == [
        ONNXValue("cluster", .int64, [.named("rows")]),
        ONNXValue("distances", .float32, [.named("rows"), .fixed(2)]),
      ]
    )
  }

  @Test("errors are measured as scikit-learn measures them")
  func metrics() {
    var metrics = RegressionMetrics()
    for (prediction, label) in [(1.0, 2.0), (3, 3), (6, 4)] {
      metrics.add(prediction: prediction, label: label)
    }
    #expect(abs(metrics.rmse - (5.0 / 3).squareRoot()) < 1e-12)
    #expect(metrics.mae == 1)
    #expect(abs(metrics.r2 - (1 - 5.0 / 2)) < 1e-12)
    var same = RegressionMetrics()
    same.add(prediction: 1, label: 1)
    #expect(same.r2 == 1)
  }
}
