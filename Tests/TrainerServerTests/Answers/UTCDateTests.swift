import Testing

@testable import TrainerServer

@Suite("Dates in names")
struct UTCDateTests {
  @Test("days of leap years and the turn of years are right")
  func days() {
    let cases: [(Int64, String)] = [
      (0, "19700101-000000"), (951_782_400, "20000229-000000"), (951_868_799, "20000229-235959"),
      (1_709_164_800, "20240229-000000"), (1_735_689_599, "20241231-235959"),
      (1_735_689_600, "20250101-000000"), (4_107_542_400, "21000301-000000"),
    ]
    for (seconds, digits) in cases {
      #expect(UTCDate(unixMicroseconds: seconds * 1_000_000).digits == digits)
    }
  }
}
