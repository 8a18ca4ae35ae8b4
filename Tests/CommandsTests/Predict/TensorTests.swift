import Primitives
import Protocols
import Testing

@testable import Commands

@Suite("Tensors as they are shown")
struct TensorTests {
  @Test(
    "a value of each type is shown as it was given",
    arguments: [
      ("BOOL", "true", JSONValue.flag(true)), ("UINT8", "255", .integer(255)),
      ("UINT16", "65535", .integer(65535)), ("UINT32", "4294967295", .integer(4_294_967_295)),
      ("UINT64", "18446744073709551615", .natural(.max)), ("INT8", "-128", .integer(-128)),
      ("INT16", "-32768", .integer(-32768)), ("INT32", "-2147483648", .integer(-2_147_483_648)),
      ("INT64", "9223372036854775807", .integer(.max)), ("FP16", "65504", .number(65504)),
      ("BF16", "-2.5", .number(-2.5)), ("FP32", "-3.25", .single(-3.25)),
      ("FP64", "-1e300", .number(-1e300)), ("BYTES", "\"a\"", .text("a")),
    ]
  )
  func everyType(type: String, data: String, shown: JSONValue) throws {
    let folder = try TemporaryFolder()
    let json = #"{"inputs":[{"name":"x","datatype":"\#(type)","data":[\#(data)]}]}"#
    let input = try PredictionInput.json(try folder.write(json, "t.json"), nil)
    guard case .tensors(let tensors)? = input.calls.first?.request.input else { return }
    let tensor = try #require(tensors.tensors.first)
    #expect(tensor.dataType.name == type && tensor.shape == [1])
    #expect(TensorValues(tensor)?.json(0) == shown)
  }

  @Test("a tensor whose data do not fit to its shape has no values")
  func damaged() {
    let short = Tensor(name: "x", dataType: .fp32, shape: [2], data: Bytes([0, 0, 0, 0]))
    #expect(TensorValues(short) == nil)
    let negative = Tensor(name: "x", dataType: .fp32, shape: [-1], data: Bytes())
    #expect(TensorValues(negative) == nil)
    let huge = Tensor(name: "x", dataType: .fp32, shape: [1 << 40, 1 << 40], data: Bytes())
    #expect(TensorValues(huge) == nil)
    #expect(TensorValues(Tensor(name: "x", dataType: .bytes, shape: [1])) == nil)
  }
}
