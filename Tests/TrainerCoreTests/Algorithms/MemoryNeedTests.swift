import Tabular
import Testing
import TrainerCore

@Suite("Memory of a training")
struct MemoryNeedTests {
  @Test("a need within the budget passes, and one above it names both")
  func checksBudget() throws {
    let need = MemoryNeed(leastSquaresOf: 100)
    try MemoryBudget(bytes: need.bytes, bound: "there is").check(need)
    try MemoryBudget.unlimited.check(need)
    let error = #expect(throws: TableProblem.self) {
      try MemoryBudget(bytes: need.bytes - 1, bound: "the host has").check(need)
    }
    #expect(
      error?.what
        == "the training needs about 2.3 MiB of memory for the factors of 100 encoded elements, "
        + "and 2.3 MiB is what the host has"
    )
  }

  @Test("needs grow with what they are of, and no claim overflows them")
  func grows() {
    func clusters(_ rows: Int, _ width: Int) -> Double {
      MemoryNeed(kMeansOn: rows, heldOut: 0, width: width, clusterCount: 1).bytes
    }
    #expect(clusters(1000, 10) >= 8 * 1000 * 10)
    #expect(clusters(2000, 10) > 1.9 * clusters(1000, 10))
    #expect(clusters(1 << 40, 1 << 20) > 1e18)
    #expect(MemoryNeed(leastSquaresOf: 2048).bytes < 1e9)
  }
}
