import Primitives
import Testing

@Suite("Time-ordered ids")
struct TimeOrderedIDTests {
  @Test("they have RFC 9562's form: version 7, variant 10, the milliseconds in front")
  func form() {
    var generator = SeededGenerator(seed: 3)
    for _ in 0..<1000 {
      let id = TimeOrderedID.make(
        unixMicroseconds: 0x0123_4567_89AB * 1000 + 999,
        using: &generator
      )
      #expect(id.utf8.count == 36)
      #expect(id.hasPrefix("01234567-89ab-7"))
      let parts = id.split(separator: "-")
      #expect(parts.map(\.count) == [8, 4, 4, 4, 12])
      #expect("89ab".contains(parts[3].first ?? "?"))
    }
  }

  @Test("later ones sort behind, and those of one moment differ")
  func order() {
    var generator = SeededGenerator(seed: 4)
    let ids = (0..<500).map {
      TimeOrderedID.make(unixMicroseconds: Int64($0) * 1_000_000, using: &generator)
    }
    #expect(ids == ids.sorted())
    let same = Set(
      (0..<500).map { _ in TimeOrderedID.make(unixMicroseconds: 5, using: &generator) }
    )
    #expect(same.count == 500)
  }

  @Test("the wall clock counts microseconds of this century")
  func clock() {
    let now = WallClock.nowUnixMicroseconds
    #expect(now > 1_750_000_000_000_000 && now < 4_000_000_000_000_000)
  }
}
