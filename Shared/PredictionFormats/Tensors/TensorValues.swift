public import Primitives

/// A tensor with its values, row by row, little-endian.
public struct TensorValues: Sendable, Equatable {
  public var name: String
  public var type: ElementType
  public var shape: [Int64]
  /// All elements but those of BYTES.
  public var data: Bytes
  /// The elements of BYTES.
  public var elements: [Bytes]

  public init(
    name: String,
    type: ElementType,
    shape: [Int64],
    data: Bytes = Bytes(),
    elements: [Bytes] = []
  ) {
    self.name = name
    self.type = type
    self.shape = shape
    self.data = data
    self.elements = elements
  }

  /// The product of a shape; nil when it is negative or beyond what memory holds.
  public static func elementCount(of shape: [Int64]) -> Int? {
    var count = 1
    for dimension in shape {
      guard dimension >= 0 else { return nil }
      let (product, overflow) = count.multipliedReportingOverflow(by: Int(dimension))
      guard !overflow, product <= 1 << 40 else { return nil }
      count = product
    }
    return count
  }
}
