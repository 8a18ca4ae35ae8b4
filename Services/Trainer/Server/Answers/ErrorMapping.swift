import DurableFiles
import RPC
import Tabular
import TrainerCore

/// The one place where the trainer's errors become those of calls.
enum ErrorMapping {
  /// Errors of other kinds stay what they are.
  static func translated(_ error: any Error) -> any Error {
    switch error {
    case let problem as SpecProblem: RPCError(.invalidArgument, problem.description)
    case let problem as TableProblem: RPCError(.invalidArgument, problem.description)
    case let error as FileError: RPCError(.internal, "the trainer's disk: \(error)")
    default: error
    }
  }
}
