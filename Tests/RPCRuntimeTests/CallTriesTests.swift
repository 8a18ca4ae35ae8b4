import Primitives
import RPC
import RPCRuntime
import Testing

@Suite("The tries of one call")
struct CallTriesTests {
  private let method = Method(
    service: "test.Tries",
    name: "Repeat",
    kind: .unary,
    options: MethodOptions(isIdempotent: true)
  )
  private let retries: CallRetries

  init() {
    var policy = RetryPolicy()
    policy.maximumAttempts = 3
    retries = CallRetries(policy, seed: 1)
  }

  private func failure(isNotStarted: Bool) -> AttemptFailure {
    AttemptFailure(
      error: RPCError(.unavailable, "away", isNotStarted: isNotStarted),
      isConnectionLoss: false
    )
  }

  private func isNotStarted(_ tries: Bool...) -> Bool? {
    var call = CallTries(retries, method, CallOptions())
    var last: Bool?
    for isNotStarted in tries {
      switch call.failed(failure(isNotStarted: isNotStarted), timeRemaining: .seconds(60)) {
      case .again(_, let error), .giveUp(let error): last = error.isNotStarted
      }
    }
    return last
  }

  @Test("A call was not started when none of its tries was")
  func notStarted() {
    #expect(isNotStarted(true, true) == true)
    #expect(isNotStarted(false, true) == false)
    #expect(isNotStarted(true, false) == false)
  }

  @Test("Tries are counted, and end with the policy")
  func count() {
    var call = CallTries(retries, method, CallOptions())
    #expect(call.attempt == 0)
    for attempt in 1...2 {
      guard case .again = call.failed(failure(isNotStarted: true), timeRemaining: .seconds(60))
      else {
        Issue.record("try \(attempt) was the last")
        return
      }
      #expect(call.attempt == UInt32(attempt))
    }
    guard case .giveUp = call.failed(failure(isNotStarted: true), timeRemaining: .seconds(60))
    else {
      Issue.record("there is no end")
      return
    }
  }

  @Test("There is one try when the caller wants it so, or the server has spoken to it")
  func one() {
    var options = CallOptions()
    options.mayRetry = false
    var single = CallTries(retries, method, options)
    guard case .giveUp = single.failed(failure(isNotStarted: true), timeRemaining: .seconds(60))
    else {
      Issue.record("it was tried again")
      return
    }
    var committed = failure(isNotStarted: false)
    committed.isCommitted = true
    var call = CallTries(retries, method, CallOptions())
    guard case .giveUp = call.failed(committed, timeRemaining: .seconds(60)) else {
      Issue.record("it was tried again after a Head")
      return
    }
  }
}
