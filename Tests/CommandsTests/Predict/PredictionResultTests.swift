import Primitives
import Protocols
import Testing

@testable import Commands

@Suite("Answers, row by row")
struct PredictionResultTests {
  private static func singles(_ name: String, _ shape: [Int64], _ values: [Float]) -> Tensor {
    var bytes: [UInt8] = []
    for value in values {
      withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes.append(contentsOf: $0) }
    }
    return Tensor(name: name, dataType: .fp32, shape: shape, data: Bytes(bytes))
  }

  private static func lines(_ table: TextTable) -> [String] {
    table.lines(Terminal(isInteractive: false, hasColour: false) { _ in })
  }

  @Test("several calls make one table, numbered through")
  func severalCalls() throws {
    var result = PredictionResult()
    let first = PredictResponse(
      outputs: [Self.singles("prediction", [2, 1], [1.5, 206_855.8])],
      model: "mpg",
      modelVersion: 3,
      host: "inference-2"
    )
    let second = PredictResponse(
      outputs: [Self.singles("prediction", [1, 1], [-3])],
      model: "mpg",
      modelVersion: 3,
      host: "inference-1"
    )
    try result.add(first, itemCount: 2)
    try result.add(second, itemCount: 1)
    #expect(result.hosts == ["inference-1", "inference-2"] && result.rowCount == 3)
    let lines = Self.lines(result.table(names: []))
    #expect(lines.count == 4)
    #expect(lines[2].contains("206855.8") && lines[3].hasPrefix("  3"))
    let json = try Console.json(RowAnswer("e", result, names: []), isPretty: false)
    #expect(
      json
        == "{\"endpoint\":\"e\",\"hosts\":[\"inference-1\",\"inference-2\"],\"model\":\"mpg\","
        + "\"model_version\":3,\"predictions\":[{\"prediction\":1.5,\"row\":1},"
        + "{\"prediction\":206855.8,\"row\":2},{\"prediction\":-3,\"row\":3}]}"
    )
  }

  @Test("several values of a row stand side by side, and are a list in JSON")
  func wide() throws {
    var result = PredictionResult()
    let cluster = Tensor(
      name: "cluster",
      dataType: .int64,
      shape: [2],
      data: Bytes([1] + [UInt8](repeating: 0, count: 15))
    )
    let response = PredictResponse(
      outputs: [cluster, Self.singles("distances", [2, 2], [0.5, 2, 3, 0.25])]
    )
    try result.add(response, itemCount: 2)
    let lines = Self.lines(result.table(names: []))
    #expect(lines[1].contains("0.5  2") && lines[2].contains("3  0.25"))
    let rows = result.rows(names: [])
    #expect(rows[0]["cluster"] == .integer(1) && rows[1]["cluster"] == .integer(0))
    #expect(rows[1]["distances"] == .list([.single(3), .single(0.25)]))
  }

  @Test("files are shown by their names, with label and score")
  func labels() throws {
    var result = PredictionResult()
    let label = Tensor(
      name: "label",
      dataType: .bytes,
      shape: [2],
      elements: [Bytes("png"), Bytes("swift")]
    )
    let response = PredictResponse(outputs: [label, Self.singles("score", [2], [0.99, 0.5])])
    try result.add(response, itemCount: 2)
    let lines = Self.lines(result.table(names: ["a.png", "Main.swift"]))
    #expect(lines[0] == "FILE        LABEL  SCORE")
    #expect(lines[1] == "a.png       png     0.99")
    #expect(lines[2] == "Main.swift  swift    0.5")
    #expect(result.rows(names: ["a.png", "b"])[0]["file"] == .text("a.png"))
  }

  @Test("an answer that does not fit to the rows is an error, not a wrong table")
  func damaged() throws {
    var result = PredictionResult()
    let short = PredictResponse(outputs: [Self.singles("p", [1], [1])])
    #expect(throws: CommandError.self) { try result.add(short, itemCount: 2) }
    let scalar = PredictResponse(outputs: [Self.singles("p", [], [1])])
    var other = PredictionResult()
    #expect(throws: CommandError.self) { try other.add(scalar, itemCount: 1) }
    var changing = PredictionResult()
    try changing.add(short, itemCount: 1)
    let renamed = PredictResponse(outputs: [Self.singles("q", [1], [1])])
    #expect(throws: CommandError.self) { try changing.add(renamed, itemCount: 1) }
    let more = PredictResponse(outputs: [])
    #expect(throws: CommandError.self) { try changing.add(more, itemCount: 1) }
  }
}
