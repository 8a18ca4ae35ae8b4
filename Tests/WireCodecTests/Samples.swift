import Primitives
import TestProtocols

/// Messages in which every field is set.
enum Samples {
  static var scalars: Scalars {
    Scalars(
      doubleValue: -1.5,
      floatValue: 3.25,
      int32Value: -7,
      int64Value: .min,
      uint32Value: .max,
      uint64Value: .max,
      sint32Value: .min,
      sint64Value: -3,
      fixed32Value: 0xDEAD_BEEF,
      fixed64Value: .max,
      sfixed32Value: -9,
      sfixed64Value: .min,
      boolValue: true,
      stringValue: "größe 🪶",
      bytesValue: [0, 1, 2, 255],
      color: .negative,
      doubles: [0, .infinity, -2.5],
      floats: [1, 2, 3],
      int32s: [-1, 0, 300],
      int64s: [.min, .max],
      uint32s: [0, .max],
      uint64s: [0, .max],
      sint32s: [-1, 1],
      sint64s: [.min, 5],
      fixed32s: [1, 2],
      fixed64s: [3, 4],
      sfixed32s: [-1],
      sfixed64s: [-2, 2],
      bools: [true, false, true],
      strings: ["", "a", "ß"],
      byteStrings: [Bytes(), [1], [2, 3]],
      colors: [.red, .unrecognized(99), .negative],
      unpackedInt32s: [1, -1],
      far: "far away"
    )
  }

  static func slices(depth: Int = 2) -> Slices {
    func bytes(_ seed: UInt8, _ count: Int) -> Bytes {
      Bytes((0..<count).map { UInt8(truncatingIfNeeded: $0) &+ seed })
    }
    return Slices(
      name: "depth \(depth)",
      payload: bytes(1, 300),
      chunks: [bytes(2, 15), bytes(3, 16), Bytes()],
      children: depth == 0 ? [] : [slices(depth: depth - 1), Slices(payload: bytes(4, 40))],
      child: depth == 0 ? nil : slices(depth: depth - 1),
      body: depth == 1 ? .raw(bytes(5, 5000)) : .nested(Slices(payload: bytes(6, 17))),
      copied: ["k": bytes(7, 33)],
      named: [7: Slices(name: "in a map", payload: bytes(8, 64))],
      tail: -1
    )
  }

  static var shapes: Shapes {
    let inner = Shapes.Inner(
      kind: .large,
      count: 3,
      numbers: [1, 2],
      label: "l",
      leaf: .init(a: 1, b: -1),
      pick: .tree(.init(a: 5, either: .right(.init(either: .left("x")))))
    )
    return Shapes(
      inner: inner,
      inners: [.init(), inner],
      choice: .message(inner),
      counts: ["a": 1, "b": 0, "": -1],
      names: [-1: "minus", 0: "", .max: "max"],
      byFlag: [true: inner, false: .init()],
      colors: ["x": .unrecognized(7), "y": .red],
      weights: [0: 0, 9: .pi],
      class: "c",
      default: true,
      httpURLID: "u",
      parent: Shapes(choice: .flag(false), class: "p"),
      manyColors: [.darkBlue],
      description_: "d"
    )
  }
}
