import Primitives
import Testing

@testable import PredictionFormats

@Suite("Answers of invocations")
struct InvocationAnswerTests {
  private func floats(_ name: String, _ values: [Float], _ shape: [Int64]) -> TensorValues {
    TensorValues(
      name: name,
      type: .fp32,
      shape: shape,
      data: Bytes(values.flatMap { withUnsafeBytes(of: $0.bitPattern.littleEndian) { Array($0) } })
    )
  }

  private func answer(_ outputs: [TensorValues]) -> InvocationAnswer {
    InvocationAnswer(model: "m\"1", modelVersion: 2, outputs: outputs)
  }

  @Test("numbers read back as the same bits, and NaN and infinities are null")
  func json() throws {
    let values: [Float] = [
      0.1, -0.0, .leastNonzeroMagnitude, 3.4028235e38, 16_777_216, .nan, .infinity,
    ]
    let text = try #require(try answer([floats("y", values, [7])]).json().utf8Text)
    #expect(
      text == #"{"model_name":"m\"1","model_version":"2","outputs":[{"name":"y","#
        + #""datatype":"FP32","shape":[7],"data":"#
        + "[0.1,-0.0,1e-45,3.4028235e+38,16777216.0,null,null]}]}\n"
    )
  }

  @Test("what a request brings comes back in the same words, for every type")
  func roundTrips() throws {
    let cases: [(ElementType, String)] = [
      (.bool, "[true,false]"), (.uint8, "[0,255]"), (.int8, "[-128,127]"), (.uint16, "[1,65535]"),
      (.int16, "[-32768,5]"), (.uint32, "[1,4294967295]"), (.int32, "[-2147483648,1]"),
      (.uint64, "[18446744073709551615,0]"), (.int64, "[-9223372036854775808,1]"),
      (.fp16, "[1.0,-2.5]"), (.bf16, "[1.0,3.140625]"), (.fp32, "[0.1,2.0]"),
      (.fp64, "[0.1,1e+300]"), (.bytes, #"["a\"\\\n\u0001ä",""]"#),
    ]
    for (type, data) in cases {
      let invocation = try InvocationJSON.read(
        Bytes(#"{"inputs":[{"name":"x","shape":[2],"data":\#(data)}]}"#),
        as: .tensors([TensorForm(name: "x", type: type, shape: [2])])
      )
      guard case .tensors(let tensors) = invocation.input else { continue }
      let text = try #require(try answer(tensors).json().utf8Text)
      #expect(text.contains("\"data\":\(data)}"), "\(type): \(text)")
    }
  }

  @Test("CSV has one line an item, quotes what needs it, and a header when asked")
  func csv() throws {
    let labels = TensorValues(
      name: "label",
      type: .bytes,
      shape: [2],
      elements: [Bytes("a,b"), Bytes("say \"x\"")]
    )
    let answer = answer([
      labels, floats("p", [0.5, 1, .nan, 2], [2, 2]), floats("one", [1, 2], [2, 1]),
    ])
    #expect(
      try answer.csv(withHeader: true).utf8Text
        == "label,p_0,p_1,one\r\n\"a,b\",0.5,1.0,1.0\r\n\"say \"\"x\"\"\",,2.0,2.0\r\n"
    )
    #expect(try answer.csv(withHeader: false).utf8Text?.hasPrefix("\"a,b\"") == true)
  }

  @Test("outputs that are no table have no CSV, and those that contradict themselves no answer")
  func refusals() {
    let deep = answer([floats("y", [1, 2], [1, 1, 2])])
    #expect(throws: InvocationAnswer.CSVProblem.noTable(tensor: "y")) {
      try deep.csv(withHeader: false)
    }
    let uneven = answer([floats("a", [1], [1]), floats("b", [1, 2], [2])])
    #expect(throws: InvocationAnswer.CSVProblem.noTable(tensor: "b")) {
      try uneven.csv(withHeader: false)
    }
    for shape in [[3], [-1], [1 << 62, 1 << 62]] as [[Int64]] {
      let unsound = answer([floats("y", [1, 2], shape)])
      #expect(throws: InvocationAnswer.Unsound.self) { try unsound.json() }
      #expect(throws: InvocationAnswer.CSVProblem.self) { try unsound.csv(withHeader: true) }
    }
  }
}
