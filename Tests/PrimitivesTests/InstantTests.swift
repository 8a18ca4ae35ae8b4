import Primitives
import Testing

@Suite struct InstantTests {
  @Test("Adding and subtracting are inverse, in nanoseconds")
  func arithmetic() {
    let start = Instant(nanoseconds: 1_000)
    #expect((start + .microseconds(2)).nanoseconds == 3_000)
    #expect(start + .nanoseconds(-400) - start == .nanoseconds(-400))
    #expect(start < start + .nanoseconds(1))
  }

  @Test("Sums and differences stop at the ends of time and never wrap around")
  func saturation() {
    #expect(Instant(nanoseconds: 5) + .seconds(Int64.max) == .distantFuture)
    #expect(Instant.distantFuture + .nanoseconds(1) == .distantFuture)
    #expect(Instant(nanoseconds: -5) + .seconds(Int64.min) == Instant(nanoseconds: .min))
    #expect(Instant.distantFuture - Instant(nanoseconds: -1) == .nanoseconds(Int64.max))
    #expect(Instant(nanoseconds: -2) - .distantFuture == .nanoseconds(Int64.min))
  }

  @Test("Whole units cut towards zero and saturate")
  func wholeUnits() {
    #expect(Duration.milliseconds(1500).wholeMilliseconds == 1500)
    #expect(Duration.nanoseconds(1999).wholeMicroseconds == 1)
    #expect(Duration.nanoseconds(-1999).wholeMicroseconds == -1)
    #expect(
      Duration(secondsComponent: 0, attosecondsComponent: 1_999_999_999).wholeNanoseconds == 1
    )
    #expect(Duration.seconds(Int64.max).wholeNanoseconds == .max)
    #expect(Duration.seconds(Int64.min).wholeNanoseconds == .min)
    #expect(Duration.seconds(9_223_372_036).wholeNanoseconds == 9_223_372_036_000_000_000)
    #expect(Duration.seconds(9_223_372_037).wholeNanoseconds == .max)
  }

  @Test("The clock does not go back")
  func clock() {
    var last = Instant.now
    for _ in 0..<1000 {
      let next = Instant.now
      #expect(next >= last)
      last = next
    }
  }
}
