import Primitives
import RPC

/// A rule of the contract that did not hold.
public struct ContractFailure: Error, CustomStringConvertible {
  public let description: String

  public init(_ what: String, file: StaticString = #fileID, line: UInt = #line) {
    description = "\(what) (\(file):\(line))"
  }
}

func expect(
  _ condition: Bool,
  _ what: @autoclosure () -> String,
  file: StaticString = #fileID,
  line: UInt = #line
) throws(ContractFailure) {
  if !condition { throw ContractFailure(what(), file: file, line: line) }
}

func expectEqual<Value: Equatable>(
  _ value: Value,
  _ expected: Value,
  _ what: String,
  file: StaticString = #fileID,
  line: UInt = #line
) throws(ContractFailure) {
  if value != expected {
    throw ContractFailure("\(what): \(value), not \(expected)", file: file, line: line)
  }
}

/// The error that a call ends with; succeeding breaks the contract.
@discardableResult
func expectError(
  _ code: StatusCode,
  _ what: String,
  file: StaticString = #fileID,
  line: UInt = #line,
  _ body: () async throws -> Void
) async throws -> RPCError {
  do {
    try await body()
  } catch let error as RPCError {
    guard error.code == code else {
      throw ContractFailure("\(what): \(error), not \(code.name)", file: file, line: line)
    }
    return error
  }
  throw ContractFailure("\(what) went well instead of \(code.name)", file: file, line: line)
}

extension Bytes {
  /// `count` bytes that differ from place to place, so that what arrives in another order shows.
  public static func pattern(_ count: Int) -> Bytes {
    Bytes(capacity: count) { target in
      for index in 0..<count {
        target[index] = UInt8(truncatingIfNeeded: index &* 31 &+ index >> 8)
      }
      return count
    }
  }
}
