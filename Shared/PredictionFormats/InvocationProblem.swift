import Tabular

/// Why a request's body is not what the endpoint takes.
public struct InvocationProblem: Error, Sendable, Equatable {
  public enum Kind: Sendable, Equatable, CaseIterable {
    /// It is not what its content type says.
    case malformed
    /// It is, and does not fit the model's signature.
    case mismatch
    /// A content type that is not taken.
    case unsupported
    /// More rows, items or bytes than one request may have.
    case tooLarge
    /// Its values do not fit into the memory that is left for now.
    case noMemory
  }

  public var kind: Kind
  /// For programs: `missing_column`.
  public var code: String
  /// For people: what is wrong, where, and what to do.
  public var message: String
  /// The column or tensor, or the part of the body; nil for the whole.
  public var field: String?

  public init(_ kind: Kind, _ code: String, _ message: String, field: String? = nil) {
    self.kind = kind
    self.code = code
    self.message = message
    self.field = field
  }

  static func json(_ message: String, at offset: Int) -> InvocationProblem {
    InvocationProblem(.malformed, "invalid_json", "\(message), at byte \(offset) of the body")
  }

  static func table(_ problem: TableProblem) -> InvocationProblem {
    InvocationProblem(.mismatch, "wrong_table", problem.description, field: problem.column)
  }

  static func noMemory(_ byteCount: Int) -> InvocationProblem {
    InvocationProblem(
      .noMemory,
      "busy",
      "its values take \(byteCount) bytes, and other requests hold the memory that there is for "
        + "them: send it again later, or in parts"
    )
  }

  static func mismatch(_ code: String, _ message: String, field: String?) -> InvocationProblem {
    InvocationProblem(.mismatch, code, message, field: field)
  }
}
