import InferenceCore
import Testing

@Suite("A call's tensors beside what the model takes")
struct TensorCheckTests {
  private let inputs = [
    TensorForm(name: "x", type: .fp32, shape: [-1, 3]),
    TensorForm(name: "mask", type: .bool, shape: []),
  ]

  private func offer(
    _ name: String,
    _ type: ElementType?,
    _ shape: [Int64],
    _ byteCount: Int,
    elements: Int = 0
  ) -> TensorOffer {
    TensorOffer(
      name: name,
      type: type,
      shape: shape,
      dataByteCount: byteCount,
      elementCount: elements
    )
  }

  @Test("they may come in any order, and free dimensions in any size")
  func order() throws {
    let order = try TensorCheck.order(
      [offer("mask", .bool, [], 1), offer("x", .fp32, [5, 3], 60)],
      for: inputs
    )
    #expect(order == [1, 0])
    #expect(
      try TensorCheck.order(
        [offer("x", .fp32, [0, 3], 0), offer("mask", .bool, [], 1)],
        for: inputs
      ) == [0, 1]
    )
  }

  @Test("what does not fit is named, with what was expected")
  func problems() {
    let mask = offer("mask", .bool, [], 1)
    let wrong: [([TensorOffer], String)] = [
      ([mask], "tensor \"x\" is missing; the model takes \"x\" FP32 [-1, 3], \"mask\" BOOL []"),
      ([mask, mask], "tensor \"mask\" is there twice; give each input once"),
      (
        [offer("y", .fp32, [1, 3], 12), mask],
        "the model has no input \"y\"; it takes \"x\" FP32 [-1, 3], \"mask\" BOOL []"
      ),
      ([offer("x", .fp64, [1, 3], 24), mask], "tensor \"x\" has FP64; expected FP32"),
      ([offer("x", nil, [1, 3], 24), mask], "tensor \"x\" has no known type; expected FP32"),
      (
        [offer("x", .fp32, [3], 12), mask],
        "tensor \"x\" has the shape [3]; expected [-1, 3], where -1 is any size"
      ),
      (
        [offer("x", .fp32, [-1, 3], 12), mask],
        "tensor \"x\" has the shape [-1, 3]; expected [-1, 3], where -1 is any size"
      ),
      (
        [offer("x", .fp32, [1, 3], 11), mask],
        "tensor \"x\" has 11 bytes of data; expected 12 bytes: 3 elements of 4 bytes"
      ),
      (
        [offer("x", .fp32, [1, 3], 12, elements: 3), mask],
        "tensor \"x\" has 12 bytes of data; expected 12 bytes: 3 elements of 4 bytes"
      ),
      (
        [offer("x", .fp32, [.max, 3], 12), mask],
        "tensor \"x\" has too many elements: shape [9223372036854775807, 3]"
      ),
    ]
    for (offers, words) in wrong {
      do {
        _ = try TensorCheck.order(offers, for: inputs)
        Issue.record("was taken: \(words)")
      } catch {
        #expect(error.description == words)
      }
    }
  }

  @Test("byte strings are counted, not measured")
  func byteStrings() throws {
    let texts = [TensorForm(name: "t", type: .bytes, shape: [-1])]
    #expect(try TensorCheck.order([offer("t", .bytes, [2], 0, elements: 2)], for: texts) == [0])
    #expect(throws: TensorCheck.Problem.self) {
      try TensorCheck.order([offer("t", .bytes, [2], 0, elements: 1)], for: texts)
    }
    #expect(throws: TensorCheck.Problem.self) {
      try TensorCheck.order([offer("t", .bytes, [2], 4, elements: 2)], for: texts)
    }
  }

  @Test("outputs are given in the model's order, all of them when none is named")
  func outputs() throws {
    #expect(try TensorCheck.outputs([], of: inputs) == [0, 1])
    #expect(try TensorCheck.outputs(["mask", "x"], of: inputs) == [0, 1])
    #expect(try TensorCheck.outputs(["mask"], of: inputs) == [1])
    #expect(throws: TensorCheck.Problem.self) { try TensorCheck.outputs(["y"], of: inputs) }
  }

  @Test("the number of elements is the product, and never a wrong one")
  func counts() {
    #expect(TensorCheck.elementCount([]) == 1)
    #expect(TensorCheck.elementCount([2, 0, .max]) == 0)
    #expect(TensorCheck.elementCount([.max, 2]) == nil)
    #expect(TensorCheck.elementCount([-1]) == nil)
    #expect(TensorCheck.elementCount([Int64](repeating: 1, count: 17)) == nil)
  }

  @Test("an example has one row, and the asked size in every other free dimension")
  func examples() {
    let form = TensorForm(name: "image", type: .fp32, shape: [-1, 3, -1, -1])
    #expect(form.exampleShape(freeSize: 32) == [1, 3, 32, 32])
    #expect(form.hasInnerFreeDimensions && !inputs[0].hasInnerFreeDimensions)
  }
}
