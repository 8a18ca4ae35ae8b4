import Glibc
import RPC
import Tabular
import TrainerCore

/// Reads a dataset's files into a table. Blocks: for a thread of its own.
struct TableLoading: Sendable {
  private static let pieceBytes = 1 << 20

  let paths: [String]
  let summary: TableSummary
  let columns: TrainingColumns
  let stop: StopFlag

  func load() throws -> TrainingTable {
    var builder = TrainingTableBuilder(columns, of: summary)
    let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.pieceBytes, alignment: 64)
    defer { buffer.deallocate() }
    for (index, path) in paths.enumerated() {
      builder.beginFile()
      do {
        try read(path, buffer, &builder)
      } catch let problem as TableProblem where paths.count > 1 {
        var named = problem
        named.place = "file \(index + 1) of the dataset" + (problem.place.isEmpty ? "" : ", ")
        named.place += problem.place
        throw named
      }
    }
    return try builder.finish()
  }

  private func read(
    _ path: String,
    _ buffer: UnsafeMutableRawBufferPointer,
    _ builder: inout TrainingTableBuilder
  ) throws {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { throw DiskError("open", path) }
    defer { close(file) }
    posix_fadvise(file, 0, 0, POSIX_FADV_SEQUENTIAL)
    var reader = CSVReader()
    while true {
      try stop.check()
      let count = Glibc.read(file, buffer.baseAddress, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw DiskError("read", path) }
      if count == 0 { break }
      let piece = UnsafeRawBufferPointer(rebasing: buffer[..<count])
      try reader.read(piece) { (row) throws(TableProblem) in try builder.add(row) }
    }
    try reader.finish { (row) throws(TableProblem) in try builder.add(row) }
  }
}
