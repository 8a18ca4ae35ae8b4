internal import CProtobufC

/// Where and why a scan stopped; names are looked up only when an error is made of it.
struct ScanFailure {
  enum Problem {
    case truncated
    case malformedVarint
    case malformedTag
    case fieldNumberZero
    case unsupportedWireType(Int)
    case malformedPackedList
    case invalidUTF8
    case nulInText
    case tooDeep
    case tooManyFields
    case tooLarge
    case refused
  }

  let problem: Problem
  let offset: Int
  let node: UnsafePointer<SchemaNode>
  /// 0 = no field was reached.
  let number: UInt32

  init(
    _ problem: Problem,
    at offset: Int,
    node: UnsafePointer<SchemaNode>,
    number: UInt32 = 0
  ) {
    self.problem = problem
    self.offset = offset
    self.node = node
    self.number = number
  }

  func error(_ limits: DecodeLimits, _ arenaBudgetBytes: Int) -> DecodeError {
    let descriptor = node.pointee.descriptor
    return DecodeError(
      reason: reason(limits, arenaBudgetBytes),
      byteOffset: offset,
      message: String(cString: descriptor.pointee.name),
      field: fieldName(descriptor)
    )
  }

  private func fieldName(_ descriptor: UnsafePointer<ProtobufCMessageDescriptor>) -> String? {
    if number == 0 { return nil }
    for index in 0..<Int(descriptor.pointee.n_fields)
    where descriptor.pointee.fields[index].id == number {
      return String(cString: descriptor.pointee.fields[index].name)
    }
    return "\(number)"
  }

  private func reason(_ limits: DecodeLimits, _ arenaBudgetBytes: Int) -> DecodeError.Reason {
    switch problem {
    case .truncated: .truncated
    case .malformedVarint: .malformedVarint
    case .malformedTag: .malformedTag
    case .fieldNumberZero: .fieldNumberZero
    case .unsupportedWireType(let type): .unsupportedWireType(type)
    case .malformedPackedList: .malformedPackedList
    case .invalidUTF8: .invalidUTF8
    case .nulInText: .nulInText
    case .tooDeep: .tooDeep(limit: limits.maximumDepth)
    case .tooManyFields: .tooManyFields(limit: limits.maximumFields)
    case .tooLarge: .tooLarge(arenaBudgetBytes: arenaBudgetBytes)
    case .refused: .refused
    }
  }
}
