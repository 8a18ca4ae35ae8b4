public import Tabular

/// What a model takes.
public enum InputForm: Sendable, Equatable {
  /// Rows of a table.
  case table(FittedTable)
  case tensors([TensorForm])
  /// Whole files or other contents.
  case bytes
  /// The caller may not know it: then whoever gets the input checks it.
  case unknown

  /// For people.
  public var words: String {
    switch self {
    case .table: "rows of a table"
    case .tensors: "tensors"
    case .bytes: "bytes"
    case .unknown: "rows or tensors"
    }
  }

  /// The one input that rows of numbers can be: two dimensions, of a number's type.
  public var matrix: TensorForm? {
    guard case .tensors(let forms) = self, forms.count == 1, forms[0].shape.count == 2,
      forms[0].type != .bytes, forms[0].type != .bool
    else { return nil }
    return forms[0]
  }
}

/// A tensor that a model takes or gives.
public struct TensorForm: Sendable, Equatable {
  public var name: String
  public var type: ElementType
  /// -1 stands for a dimension that a request chooses. Empty = a single value.
  public var shape: [Int64]

  public init(name: String, type: ElementType, shape: [Int64]) {
    self.name = name
    self.type = type
    self.shape = shape
  }

  /// `FP32 [-1,4]`.
  public var words: String { "\(type.rawValue) \(shape)" }

  /// - Throws: `.mismatch` when a tensor of this shape is none of these.
  func check(_ shape: [Int64]) throws(InvocationProblem) {
    let fits =
      shape.count == self.shape.count
      && zip(shape, self.shape).allSatisfy { $1 < 0 || $0 == $1 }
    guard fits else {
      throw .mismatch(
        "wrong_shape",
        "the model takes the shape \(self.shape) (-1 is any), not \(shape)",
        field: name
      )
    }
  }
}
