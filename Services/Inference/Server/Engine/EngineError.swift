/// What an engine could not do.
///
/// What engines say of their failures holds paths and inner things: it is for operators. Callers
/// of predictions are told `refusedInput`'s reason and nothing else of it.
public enum EngineError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The engine is not there or does not start.
  case missing(String)
  /// It cannot run this model, and never will.
  case refusedModel(String)
  /// It cannot run the model on this input: a reason for the caller, and what the engine said.
  case refusedInput(String, engine: String = "")
  /// An inference failed, and this is what the engine said.
  case failedInference(String)

  public var description: String {
    switch self {
    case .missing(let reason), .refusedModel(let reason), .failedInference(let reason): reason
    case .refusedInput(let reason, let engine):
      engine.isEmpty ? reason : "\(reason): \(engine)"
    }
  }
}
