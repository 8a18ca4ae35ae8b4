/// Why the store does not do what it is asked, in words for the caller: what was wrong, where, and
/// what to do. `ErrorMapping` gives each case its status code.
public enum StoreProblem: Error, Sendable, Equatable {
  /// What was asked can never be done: INVALID_ARGUMENT.
  case invalid(String)
  /// What was asked for is not here: NOT_FOUND.
  case missing(String)
  /// Something else has to be done first: FAILED_PRECONDITION.
  case notYet(String)
  /// A position beyond what is here: OUT_OF_RANGE.
  case outOfRange(String)
  /// Somebody else was quicker; look again and repeat: ABORTED.
  case conflict(String)
  /// A limit is reached: RESOURCE_EXHAUSTED.
  case exhausted(String)
  /// What came or what is kept is not what its digest says: DATA_LOSS.
  case damaged(String)

  public var message: String {
    switch self {
    case .invalid(let text), .missing(let text), .notYet(let text), .outOfRange(let text),
      .conflict(let text), .exhausted(let text), .damaged(let text):
      text
    }
  }
}
