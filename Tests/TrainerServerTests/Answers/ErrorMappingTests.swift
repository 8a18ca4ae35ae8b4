import RPC
import Tabular
import Testing
import TrainerCore

@testable import TrainerServer

@Suite("The trainer's errors as those of calls")
struct ErrorMappingTests {
  @Test("what a caller did wrong is INVALID_ARGUMENT with its words, and calls' errors stay")
  func table() {
    let cases: [(any Error, StatusCode, String)] = [
      (SpecProblem("spec.model", "is bad"), .invalidArgument, "spec.model: is bad"),
      (TableProblem("is bad", column: "c"), .invalidArgument, "is bad"),
      (RPCError(.aborted, "x"), .aborted, "x"),
    ]
    for (error, code, words) in cases {
      let mapped = ErrorMapping.translated(error) as? RPCError
      #expect(mapped?.code == code)
      #expect(mapped?.message.contains(words) == true)
    }
  }

  @Test("a step is tried again where time may help, and not where it cannot")
  func steps() {
    let final: [StatusCode] = [.invalidArgument, .notFound, .permissionDenied, .failedPrecondition]
    for code in final { #expect(!StepError("x", RPCError(code, "m")).isRetryable) }
    let passing: [StatusCode] = [
      .unavailable, .deadlineExceeded, .aborted, .dataLoss, .internal, .resourceExhausted,
      .cancelled,
    ]
    for code in passing { #expect(StepError("x", RPCError(code, "m")).isRetryable) }
    #expect(StepError("x", RPCError(.notFound, "m")).words == "x: m")
    let inner = StepError("inner", isRetryable: false)
    #expect(StepError("x", inner) == inner)
  }
}
