import Testing
import TrainerCore

@Suite("The split of rows")
struct RowSplitTests {
  @Test("every row is in one part, and the held out ones are as many as asked for")
  func dividesRows() {
    for count in [1, 2, 3, 10, 415, 1000] {
      for fraction in [0, 0.1, 0.2, 0.5] {
        let split = RowSplit(rowCount: count, fraction: fraction, seed: 4)
        #expect((split.training + split.validation).sorted() == Array(0..<count))
        #expect(split.training == split.training.sorted())
        let wanted = Int((Double(count) * fraction).rounded(.toNearestOrAwayFromZero))
        let least = fraction > 0 && count > 1 ? 1 : 0
        #expect(split.validation.count == min(count - 1, max(least, wanted)))
      }
    }
  }

  @Test("the seed decides, and only the seed")
  func followsSeed() {
    let first = RowSplit(rowCount: 200, fraction: 0.2, seed: 1)
    #expect(first == RowSplit(rowCount: 200, fraction: 0.2, seed: 1))
    #expect(first != RowSplit(rowCount: 200, fraction: 0.2, seed: 2))
  }
}
