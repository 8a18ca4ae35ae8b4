import DurableFiles
import Glibc
import Primitives
import Tabular
import TrainerCore

/// Reads a dataset's files into a table. Blocks: for a thread of its own.
struct TableLoading: Sendable {
  private static let pieceBytes = 1 << 20

  let paths: [String]
  let summary: TableSummary
  let columns: TrainingColumns
  let memory: MemoryBudget
  let stop: StopFlag

  func load() throws -> TrainingTable {
    var builder = try TrainingTableBuilder(columns, of: summary, memory: memory)
    for (index, path) in paths.enumerated() {
      builder.beginFile()
      do {
        try read(path, &builder)
      } catch let problem as TableProblem where paths.count > 1 {
        var named = problem
        named.place = "file \(index + 1) of the dataset" + (problem.place.isEmpty ? "" : ", ")
        named.place += problem.place
        throw named
      }
    }
    return try builder.finish()
  }

  private func read(_ path: String, _ builder: inout TrainingTableBuilder) throws {
    guard let file = try OpenFile.reading(path) else {
      throw FileError(.open, path, .system(ENOENT))
    }
    file.expectSequentialReading()
    var reader = CSVReader(summary.format)
    var offset: UInt64 = 0
    while true {
      try stop.check()
      let piece = try file.read(at: offset, count: Self.pieceBytes)
      if piece.isEmpty { break }
      offset += UInt64(piece.count)
      try reader.read(piece) { (row) throws(TableProblem) in try builder.add(row) }
    }
    try reader.finish { (row) throws(TableProblem) in try builder.add(row) }
  }
}
