import Primitives
import Protocols
import Testing

@testable import Commands

@Suite("Tensors from JSON, and back")
struct TensorTests {
  private static func tensors(
    _ json: String,
    _ signature: Signature? = nil
  ) throws -> [Tensor] {
    let value = try JSONValue.parse(Array(json.utf8), path: "t.json")
    let inputs = try #require(value.asObject?["inputs"]?.asList)
    return try TensorInputReader(path: "t.json", signature: signature).tensors(inputs)
  }

  @Test(
    "a value of each type comes back as it went in",
    arguments: [
      ("BOOL", "[true,false]"), ("UINT8", "[0,255]"), ("UINT16", "[0,65535]"),
      ("UINT32", "[0,4294967295]"), ("UINT64", "[0,18446744073709551615]"),
      ("INT8", "[-128,127]"), ("INT16", "[-32768,32767]"), ("INT32", "[-2147483648,2147483647]"),
      ("INT64", "[-9223372036854775808,9223372036854775807]"), ("FP16", "[0.5,65504]"),
      ("BF16", "[0.5,-2]"), ("FP32", "[0.5,-3.25]"), ("FP64", "[0.1,-1e300]"),
      ("BYTES", "[\"a\",\"\"]"),
    ]
  )
  func everyType(type: String, data: String) throws {
    let json =
      "{\"inputs\":[{\"name\":\"x\",\"shape\":[2],\"datatype\":\"\(type)\",\"data\":\(data)}]}"
    let tensor = try #require(try Self.tensors(json).first)
    #expect(tensor.dataType.name == type && tensor.shape == [2])
    let values = try #require(TensorValues(tensor))
    let back = JSONValue.list([values.json(0), values.json(1)])
    let wanted = try JSONValue.parse(Array(data.utf8), path: "wanted")
    let pairs = zip(try #require(back.asList), try #require(wanted.asList))
    for (left, right) in pairs {
      if let number = TensorPacking.number(right) {
        #expect(TensorPacking.number(left) == number)
      } else {
        #expect(left == right)
      }
    }
  }

  @Test("nested data have the shape of their nesting")
  func nested() throws {
    let json =
      "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"data\":[[1,2,3],[4,5,6]]}]}"
    let tensor = try #require(try Self.tensors(json).first)
    #expect(tensor.shape == [2, 3])
    #expect(TensorValues(tensor) == .singles([1, 2, 3, 4, 5, 6]))
  }

  @Test("the signature fills in the name and the type of an only input")
  func filledIn() throws {
    let spec = TensorSpec(name: "features", dataType: .fp32, shape: [-1, 2])
    let signature = Signature(inputs: [spec], outputs: [])
    let tensor = try #require(
      try Self.tensors("{\"inputs\":[{\"data\":[[1,2]]}]}", signature).first
    )
    #expect(tensor.name == "features" && tensor.dataType == .fp32 && tensor.shape == [1, 2])
  }

  @Test(
    "what cannot be a tensor is refused with its name",
    arguments: [
      ("{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[3],\"data\":[1,2]}", "shape"),
      ("{\"name\":\"x\",\"datatype\":\"FP31\",\"data\":[1]}", "datatype"),
      ("{\"name\":\"x\",\"data\":[1]}", "datatype"),
      ("{\"name\":\"x\",\"datatype\":\"FP32\"}", "data"),
      ("{\"datatype\":\"FP32\",\"data\":[1]}", "name"),
      ("{\"name\":\"x\",\"datatype\":\"INT8\",\"data\":[128]}", "128"),
      ("{\"name\":\"x\",\"datatype\":\"INT8\",\"data\":[1.5]}", "1.5"),
      ("{\"name\":\"x\",\"datatype\":\"FP32\",\"data\":[\"a\"]}", "FP32"),
      ("{\"name\":\"x\",\"datatype\":\"FP32\",\"data\":[1e39]}", "FP32"),
      ("{\"name\":\"x\",\"datatype\":\"UINT8\",\"data\":[-1]}", "-1"),
      ("{\"name\":\"x\",\"datatype\":\"BYTES\",\"data\":[1]}", "BYTES"),
      ("{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[-1],\"data\":[1]}", "shape"),
      (
        "{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[9223372036854775807,2],\"data\":[1]}",
        "shape"
      ),
      ("7", "object"),
    ]
  )
  func refused(input: String, word: String) throws {
    let error = #expect(throws: CommandError.self) { try Self.tensors("{\"inputs\":[\(input)]}") }
    #expect(error?.message.contains(word) == true, "\(error?.message ?? "")")
    #expect(error?.exit == .badInput)
  }

  @Test("missing and surplus inputs are named")
  func names() throws {
    let specs = ["a", "b"].map { TensorSpec(name: $0, dataType: .fp32, shape: [-1]) }
    let signature = Signature(inputs: specs, outputs: [])
    let one = "{\"name\":\"a\",\"datatype\":\"FP32\",\"data\":[1]}"
    let missing = #expect(throws: CommandError.self) {
      try Self.tensors("{\"inputs\":[\(one)]}", signature)
    }
    #expect(missing?.message.contains("'b' is missing") == true)
    let other = "{\"name\":\"c\",\"datatype\":\"FP32\",\"data\":[1]}"
    let two = "{\"name\":\"b\",\"datatype\":\"FP32\",\"data\":[1]}"
    let surplus = #expect(throws: CommandError.self) {
      try Self.tensors("{\"inputs\":[\(one),\(two),\(other)]}", signature)
    }
    #expect(surplus?.message.contains("no input 'c'") == true)
  }

  @Test("every half-precision number keeps its bits over the conversions")
  func half() {
    for bits in UInt16.min...UInt16.max {
      let value = HalfPrecision.value(bits)
      guard !value.isNaN else { continue }
      #expect(HalfPrecision.bits(value) == bits)
    }
    // Half way between two neighbours: the even one.
    #expect(HalfPrecision.bits(1 + 0x1p-11) == HalfPrecision.bits(1))
    #expect(HalfPrecision.bits(1 + 3 * 0x1p-11) == HalfPrecision.bits(1 + 0x1p-9))
    #expect(HalfPrecision.bits(1e-9) == 0)
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
