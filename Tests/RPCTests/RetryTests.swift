import Primitives
import Testing

@testable import RPC

@Suite struct RetryTests {
  private func delay(
    _ error: RPCError,
    loss: Bool = false,
    attempt: Int = 0,
    idempotent: Bool = false,
    remaining: Duration = .seconds(10),
    policy: RetryPolicy = RetryPolicy(),
    seed: UInt64 = 1
  ) -> Duration? {
    var generator = SeededGenerator(seed: seed)
    return policy.delay(
      after: RetryPolicy.Failure(error, isConnectionLoss: loss),
      attempt: attempt,
      isIdempotent: idempotent,
      timeRemaining: remaining,
      using: &generator
    )
  }

  @Test("Every code, begun or not, idempotent or not, lost or not: whether the call is repeated")
  func table() {
    for code in StatusCode.allCases {
      for notStarted in [false, true] {
        for idempotent in [false, true] {
          for loss in [false, true] {
            let expected: Bool
            switch code {
            case .unavailable: expected = notStarted || idempotent || !loss
            case .resourceExhausted: expected = false
            case .aborted, .unknown, .internal: expected = notStarted || idempotent
            default: expected = false
            }
            let error = RPCError(code, "", isNotStarted: notStarted)
            #expect(
              (delay(error, loss: loss, idempotent: idempotent) != nil) == expected,
              "\(code), not started \(notStarted), idempotent \(idempotent), lost \(loss)"
            )
          }
        }
      }
    }
  }

  @Test("A server that is full is tried again when it says when, and only what nobody has seen")
  func overload() {
    let wait = Duration.milliseconds(5)
    #expect(delay(RPCError(.resourceExhausted, "", retryAfter: wait, isNotStarted: true)) == wait)
    #expect(delay(RPCError(.resourceExhausted, "", retryAfter: wait)) == nil)
  }

  @Test("A call is repeated once at most, unless a policy says more")
  func attempts() {
    let error = RPCError(.unavailable, "")
    #expect(delay(error, attempt: 0) != nil)
    #expect(delay(error, attempt: 1) == nil)
    var patient = RetryPolicy()
    patient.maximumAttempts = 4
    #expect(delay(error, attempt: 2, policy: patient) != nil)
    #expect(delay(error, attempt: 3, policy: patient) == nil)
  }

  @Test("The wait doubles up to its cap, spread by a fifth; what nobody saw waits not at all")
  func waits() throws {
    var policy = RetryPolicy()
    policy.maximumAttempts = 100
    var distinct = Set<Duration>()
    for seed in UInt64(0)..<50 {
      for (attempt, middle) in [(0, 50.0), (1, 100), (4, 800), (5, 1000), (60, 1000)] {
        let wait = try #require(
          delay(RPCError(.unavailable, ""), attempt: attempt, policy: policy, seed: seed)
        )
        #expect(wait >= .milliseconds(middle * 0.799), "seed \(seed), attempt \(attempt)")
        #expect(wait <= .milliseconds(middle * 1.201), "seed \(seed), attempt \(attempt)")
        distinct.insert(wait)
      }
    }
    #expect(distinct.count > 100)
    #expect(delay(RPCError(.unavailable, "", isNotStarted: true)) == .zero)
  }

  @Test("A server's wish wins over the own wait, and both must leave time for the call")
  func pushBack() {
    let wish = RPCError(
      .resourceExhausted,
      "",
      retryAfter: .milliseconds(1234),
      isNotStarted: true
    )
    #expect(delay(wish) == .milliseconds(1234))
    #expect(delay(wish, remaining: .milliseconds(1235)) == .milliseconds(1234))
    #expect(delay(wish, remaining: .milliseconds(1234)) == nil)
    #expect(delay(RPCError(.unavailable, ""), remaining: .milliseconds(39)) == nil)
    #expect(delay(RPCError(.unavailable, "", isNotStarted: true), remaining: .zero) == nil)
  }

  @Test(
    "The budget lends three retries, then one for every five calls, and saves at most a hundred"
  )
  func budget() {
    var budget = RetryBudget()
    for _ in 0..<3 { #expect(budget.take() == true) }
    #expect(budget.take() == false)
    for round in 0..<1000 {
      for _ in 0..<4 { budget.called() }
      #expect(budget.take() == false, "round \(round)")
      budget.called()
      #expect(budget.take() == true, "round \(round)")
      #expect(budget.take() == false, "round \(round)")
    }
    for _ in 0..<10_000 { budget.called() }
    var saved = 0
    while budget.take() { saved += 1 }
    #expect(saved == 100)
  }
}
