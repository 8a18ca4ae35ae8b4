import Primitives
import RPC

/// Why a step of a job did not go well, and whether it may the next time.
struct StepError: Error, Sendable, Equatable {
  let words: String
  let isRetryable: Bool

  init(_ words: String, isRetryable: Bool) {
    self.words = words
    self.isRetryable = isRetryable
  }

  /// An error of a call to the model store, or of the disk. `place` begins the sentence.
  init(_ place: String, _ error: any Error) {
    switch error {
    case let error as StepError: self = error
    case let error as RPCError:
      let isFinal: Bool =
        switch error.code {
        case .invalidArgument, .notFound, .alreadyExists, .permissionDenied, .unauthenticated,
          .failedPrecondition, .outOfRange, .unimplemented:
          true
        default: false
        }
      self.init("\(place): \(error.message)", isRetryable: !isFinal)
    default: self.init("\(place): \(error)", isRetryable: true)
    }
  }
}
