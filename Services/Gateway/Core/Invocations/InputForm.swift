import Primitives

/// What an endpoint's model takes.
public enum InputForm: Sendable, Equatable {
  /// Rows of a table.
  case table
  case tensors([TensorForm])
  /// Whole files or other contents.
  case bytes

  /// For people.
  public var words: String {
    switch self {
    case .table: "rows of a table"
    case .tensors: "tensors"
    case .bytes: "bytes"
    }
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
}

/// What an element of a tensor is; the words of the Open Inference Protocol V2.
public enum ElementType: String, Sendable, CaseIterable {
  case bool = "BOOL"
  case uint8 = "UINT8"
  case uint16 = "UINT16"
  case uint32 = "UINT32"
  case uint64 = "UINT64"
  case int8 = "INT8"
  case int16 = "INT16"
  case int32 = "INT32"
  case int64 = "INT64"
  case fp16 = "FP16"
  case bf16 = "BF16"
  case fp32 = "FP32"
  case fp64 = "FP64"
  case bytes = "BYTES"

  /// Bytes of one element; 0 for BYTES, whose elements have any length.
  public var width: Int {
    switch self {
    case .bool, .uint8, .int8: 1
    case .uint16, .int16, .fp16, .bf16: 2
    case .uint32, .int32, .fp32: 4
    case .uint64, .int64, .fp64: 8
    case .bytes: 0
    }
  }
}

/// A cell of a row as a request has it.
public enum JSONCell: Sendable, Equatable {
  case missing
  case number(Double)
  case text(String)
}

/// What a JSON body brings, read and found to fit as far as its form says.
public struct JSONInvocation: Sendable, Equatable {
  public enum Input: Sendable, Equatable {
    /// Rows by column; the model's columns are compared by whoever knows them.
    case records([[String: JSONCell]])
    case tensors([TensorValues])
  }

  public var input: Input
  /// Which outputs are wanted; empty = all.
  public var outputs: [String]

  public init(_ input: Input, outputs: [String] = []) {
    self.input = input
    self.outputs = outputs
  }
}

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
