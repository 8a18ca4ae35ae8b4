/// The elements of nested arrays, and the shape that they have.
struct NestedElements {
  let name: String
  private(set) var elements: ElementBuffer
  private(set) var shape: [Int64] = []
  /// The depth at which elements stand.
  private var depth: Int?

  /// - Parameter census: Of the value that is read.
  init(name: String, type: ElementType, _ census: ValueCensus) {
    self.name = name
    elements = ElementBuffer(
      type,
      elementCount: census.valueCount,
      textBytes: census.textBytes
    )
  }

  mutating func read(_ reader: inout JSONReader) throws(InvocationProblem) {
    try read(&reader, at: 0)
  }

  private mutating func read(
    _ reader: inout JSONReader,
    at level: Int
  ) throws(InvocationProblem) {
    guard level < 32 else { throw problem("wrong_shape", "nested more than 32 deep") }
    let kind = try reader.peek()
    guard kind == .array else {
      guard depth ?? level == level else { throw uneven }
      depth = level
      try append(kind, &reader)
      return
    }
    guard depth.map({ level < $0 }) ?? true else { throw uneven }
    var count: Int64 = 0
    try reader.array { (reader, _) throws(InvocationProblem) in
      try self.read(&reader, at: level + 1)
      count += 1
    }
    if shape.count <= level {
      // Inner levels are known first: theirs were put behind place holders.
      while shape.count < level { shape.append(-1) }
      shape.append(count)
    } else if shape[level] == -1 {
      shape[level] = count
    } else if shape[level] != count {
      throw uneven
    }
  }

  private mutating func append(
    _ kind: JSONReader.Kind,
    _ reader: inout JSONReader
  ) throws(InvocationProblem) {
    let start = reader.position
    let isTaken: Bool
    switch kind {
    case .number:
      if elements.type == .fp32 || elements.type == .fp64 {
        isTaken = elements.append(try reader.number())
      } else {
        isTaken = elements.append(text: try reader.numberText().text)
      }
    case .bool: isTaken = elements.append(bool: try reader.bool())
    case .text: isTaken = elements.append(element: try reader.text())
    case .null, .object, .array: isTaken = false
    }
    guard isTaken else {
      let found = kind == .number ? reader.written(from: start) : kind.rawValue
      throw problem(
        "wrong_type",
        "element \(elements.count) is no \(elements.type.rawValue): found \(found)"
      )
    }
  }

  private var uneven: InvocationProblem {
    problem("wrong_shape", "the nested arrays of `data` differ in length")
  }

  private func problem(_ code: String, _ message: String) -> InvocationProblem {
    .mismatch(code, message, field: name)
  }
}
