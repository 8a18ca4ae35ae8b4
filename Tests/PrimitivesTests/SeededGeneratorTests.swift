import Primitives
import Testing

@Suite struct SeededGeneratorTests {
  @Test("The published test vectors of SplitMix64 come out")
  func vectors() {
    var generator = SeededGenerator(seed: 1_234_567)
    let values = (0..<5).map { _ in generator.next() }
    #expect(
      values == [
        6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423,
        4_593_380_528_125_082_431, 16_408_922_859_458_223_821,
      ]
    )
    var zero = SeededGenerator(seed: 0)
    #expect(zero.next() == 0xE220_A839_7B1D_CDAF)
  }

  @Test("A copy goes on as its original does")
  func copies() {
    var original = SeededGenerator(seed: 42)
    _ = original.next()
    var copy = original
    #expect((0..<10).map { _ in original.next() } == (0..<10).map { _ in copy.next() })
  }
}
