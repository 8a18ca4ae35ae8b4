/// What a model says of one of its tensors.
public struct TensorForm: Equatable, Sendable {
  public let name: String
  public let type: ElementType
  /// -1 stands for a dimension that a call chooses.
  public let shape: [Int64]

  public init(name: String, type: ElementType, shape: [Int64]) {
    self.name = name
    self.type = type
    self.shape = shape
  }

  /// A shape that a call could choose, for a first inference: every free dimension gets `size`,
  /// the first one 1, since there it stands for the rows.
  public func exampleShape(freeSize size: Int64) -> [Int64] {
    shape.enumerated().map { index, dimension in
      dimension >= 0 ? dimension : index == 0 ? 1 : size
    }
  }

  /// Has free dimensions other than the first.
  public var hasInnerFreeDimensions: Bool { shape.dropFirst().contains { $0 < 0 } }
}

/// What a call says of a tensor that it brings.
public struct TensorOffer: Equatable, Sendable {
  public let name: String
  /// Nil when the number on the wire has no name.
  public let type: ElementType?
  public let shape: [Int64]
  public let dataByteCount: Int
  /// Byte strings in it, which only a BYTES tensor has.
  public let elementCount: Int

  public init(
    name: String,
    type: ElementType?,
    shape: [Int64],
    dataByteCount: Int,
    elementCount: Int = 0
  ) {
    self.name = name
    self.type = type
    self.shape = shape
    self.dataByteCount = dataByteCount
    self.elementCount = elementCount
  }
}

/// Compares the tensors of a call with what the model takes.
public enum TensorCheck {
  /// Dimensions of a tensor.
  public static let rankLimit = 16

  /// What is wrong with a call's tensors, in words for its caller.
  public struct Problem: Error, Equatable, CustomStringConvertible {
    public let description: String
    init(_ description: String) { self.description = description }
  }

  /// The positions in `offers` of the model's inputs, in the model's order.
  public static func order(
    _ offers: [TensorOffer],
    for inputs: [TensorForm]
  ) throws(Problem) -> [Int] {
    for (index, offer) in offers.enumerated() {
      guard inputs.contains(where: { $0.name == offer.name }) else {
        throw Problem(
          "the model has no input \"\(shortened(offer.name))\"; it takes \(list(inputs))"
        )
      }
      if offers[..<index].contains(where: { $0.name == offer.name }) {
        throw Problem("tensor \"\(offer.name)\" is there twice; give each input once")
      }
    }
    var order: [Int] = []
    for input in inputs {
      guard let index = offers.firstIndex(where: { $0.name == input.name }) else {
        throw Problem("tensor \"\(input.name)\" is missing; the model takes \(list(inputs))")
      }
      try check(offers[index], against: input)
      order.append(index)
    }
    return order
  }

  /// Which of the model's outputs are wanted, in the model's order; empty `names` = all.
  public static func outputs(
    _ names: [String],
    of outputs: [TensorForm]
  ) throws(Problem) -> [Int] {
    if names.isEmpty { return Array(outputs.indices) }
    for name in names where !outputs.contains(where: { $0.name == name }) {
      throw Problem(
        "the model has no output \"\(shortened(name))\"; it gives "
          + outputs.map { "\"\($0.name)\"" }.joined(separator: ", ")
      )
    }
    return outputs.indices.filter { names.contains(outputs[$0].name) }
  }

  static func check(_ offer: TensorOffer, against form: TensorForm) throws(Problem) {
    guard let type = offer.type, type == form.type else {
      let found = offer.type.map { "\($0)" } ?? "no known type"
      throw Problem("tensor \"\(form.name)\" has \(found); expected \(form.type)")
    }
    let fits =
      offer.shape.count == form.shape.count
      && zip(offer.shape, form.shape).allSatisfy { $0 >= 0 && ($1 < 0 || $0 == $1) }
    guard fits else {
      throw Problem(
        "tensor \"\(form.name)\" has the shape \(text(offer.shape)); "
          + "expected \(text(form.shape))"
          + (form.shape.contains { $0 < 0 } ? ", where -1 is any size" : "")
      )
    }
    guard let count = elementCount(offer.shape) else {
      throw Problem("tensor \"\(form.name)\" has too many elements: shape \(text(offer.shape))")
    }
    guard let width = type.byteCount else {
      guard offer.elementCount == count, offer.dataByteCount == 0 else {
        throw Problem(
          "tensor \"\(form.name)\" has \(offer.elementCount) byte strings; expected \(count) "
            + "in `elements`, and no `data`"
        )
      }
      return
    }
    let (byteCount, overflow) = count.multipliedReportingOverflow(by: width)
    guard !overflow, offer.dataByteCount == byteCount, offer.elementCount == 0 else {
      let expected = overflow ? "more bytes than a call can have" : "\(byteCount) bytes"
      throw Problem(
        "tensor \"\(form.name)\" has \(offer.dataByteCount) bytes of data; expected \(expected): "
          + "\(count) elements of \(width) bytes"
      )
    }
  }

  /// The product of the dimensions; nil when it or one of them is out of range.
  public static func elementCount(_ shape: [Int64]) -> Int? {
    guard shape.count <= rankLimit else { return nil }
    var count = 1
    for dimension in shape {
      guard dimension >= 0, let size = Int(exactly: dimension) else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: size)
      if overflow { return nil }
      count = product
    }
    return count
  }

  public static func text(_ shape: [Int64]) -> String {
    let shown = shape.prefix(rankLimit).map { "\($0)" } + (shape.count > rankLimit ? ["…"] : [])
    return "[\(shown.joined(separator: ", "))]"
  }

  private static func list(_ forms: [TensorForm]) -> String {
    forms.map { "\"\($0.name)\" \($0.type) \(text($0.shape))" }.joined(separator: ", ")
  }

  private static func shortened(_ name: String) -> String {
    name.utf8.count <= 64 ? name : "\(name.prefix(64))…"
  }
}
