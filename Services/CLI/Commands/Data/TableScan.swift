import Digests
import Primitives
import Tabular

/// What one pass over a CSV file tells: its columns, its digest.
struct TableScan: Sendable {
  let summary: TableSummary
  let digest: SHA256Digest
  /// What the owner of the table should see.
  let notes: [String]

  private static let chunkBytes = 1 << 20

  /// Reads the whole file once; memory is bounded, whatever its size.
  /// - Throws: `CommandError` that names the line and column of what cannot be read.
  static func read(
    _ file: LocalFile,
    _ options: TableOptions = TableOptions(),
    progress: (UInt64) -> Void
  ) throws(CommandError) -> TableScan {
    let hasher = SHA256Hasher()
    var scan = SchemaScan(options)
    var offset: UInt64 = 0
    scan.beginFile()
    while offset < file.sizeBytes {
      let chunk = try file.read(at: offset, upTo: chunkBytes)
      guard !chunk.isEmpty else { break }
      hasher.update(chunk)
      try CommandError.inTable(file.path) { () throws(TableProblem) in
        try scan.read(chunk)
      }
      offset += UInt64(chunk.count)
      progress(offset)
    }
    let summary = try CommandError.inTable(file.path) { () throws(TableProblem) in
      try scan.endFile()
      return try scan.finish()
    }
    return TableScan(summary: summary, digest: hasher.finish(), notes: scan.notes)
  }
}

extension CommandError {
  /// Runs `body`; a problem of the table becomes an error that names the file.
  static func inTable<Value>(
    _ path: String,
    _ body: () throws(TableProblem) -> Value
  ) throws(CommandError) -> Value {
    do {
      return try body()
    } catch {
      var problem = error
      let remedy = problem.remedy
      problem.remedy = ""
      throw CommandError(
        "\(path): \(problem.description)",
        remedy: remedy.isEmpty ? nil : remedy,
        exit: .badInput
      )
    }
  }
}
