import ArgumentParser
import Digests
import DurableFiles
import Primitives
import Tabular
import Testing

@testable import Commands

@Suite("One pass over a CSV file")
struct TableScanTests {
  private static func scan(_ text: String) throws -> TableScan {
    let folder = try TemporaryFolder()
    let path = try folder.write(text, "t.csv")
    return try TableScan.read(try LocalFile(path)) { _ in }
  }

  @Test("tells the columns and the digest, over pieces of a file larger than the buffer")
  func columnsAndDigest() throws {
    var text = "name,age\n"
    for index in 0..<200_000 { text += "word\(index % 7),\(index % 90)\n" }
    let scan = try Self.scan(text)
    #expect(scan.digest == SHA256Hasher.digest(text))
    #expect(scan.summary.rowCount == 200_000)
    #expect(scan.summary.names == ["name", "age"])
    #expect(scan.summary.columns.map(\.kind) == [.category, .number])
    #expect(scan.summary.columns.map(\.distinctCount) == [7, 90])
  }

  @Test("progress ends at the size of the file")
  func progress() throws {
    let folder = try TemporaryFolder()
    let file = try LocalFile(try folder.write("a,b\n1,2\n", "t.csv"))
    var last: UInt64 = 0
    _ = try TableScan.read(file) { last = $0 }
    #expect(last == 8)
  }

  @Test("a bad row is an error that names file and line, and says what to do")
  func badRow() throws {
    let error = #expect(throws: CommandError.self) { try Self.scan("a,b\n1,2\n3\n") }
    #expect(error?.message.contains("t.csv: line 3") == true)
    #expect(error?.remedy?.isEmpty == false)
    #expect(error?.exit == .badInput)
  }

  @Test("an empty file and a header alone are refused", arguments: ["", "a,b\n"])
  func noRows(text: String) {
    #expect(throws: CommandError.self) { try Self.scan(text) }
  }

  @Test("a file that is not there, and a folder, are refused with the way out")
  func noFile() throws {
    let folder = try TemporaryFolder()
    let missing = #expect(throws: CommandError.self) { try LocalFile("\(folder.path)/none.csv") }
    #expect(missing?.exit == .notFound && missing?.remedy != nil)
    let isFolder = #expect(throws: CommandError.self) { try LocalFile(folder.path) }
    #expect(isFolder?.message.contains("is a folder") == true)
  }
}

@Suite("How a CSV file is written, as the command line says it")
struct TableOptionsTests {
  private func options(_ words: [String]) throws -> TableOptions {
    let line = ["dataset", "add", "x", "x.csv"] + words
    return try #require(try Martlet.parseAsRoot(line) as? DatasetAddCommand).tableOptions()
  }

  private func scan(_ text: String, _ words: [String]) throws -> TableScan {
    let options = try options(words)
    var scan: TableScan?
    try TemporaryFolder.with { folder in
      let path = "\(folder)/t.csv"
      try SmallFile.replace(path, with: Bytes(Array(text.utf8)))
      scan = try TableScan.read(try LocalFile(path), options) { _ in }
    }
    return try #require(scan)
  }

  @Test("the options say what separates cells, what is missing, and what a column holds")
  func all() throws {
    let scan = try scan(
      "zip;age\n10115;-999\n80331;41\n50667;7\n",
      ["--delimiter", ";", "--missing-value", "-999", "--column", "zip=category"]
    )
    #expect(scan.summary.names == ["zip", "age"])
    #expect(scan.summary.columns.map(\.kind) == [.category, .number])
    #expect(scan.summary.columns[1].missingCount == 1)
  }

  @Test("what separates cells is found out, and said when it is no comma")
  func detected() throws {
    let scan = try scan("a\tb\n1\t2\n3\t4\n", [])
    #expect(scan.summary.names == ["a", "b"])
    #expect(scan.notes.contains { $0.contains("tab") }, "\(scan.notes)")
  }

  @Test(
    "what they cannot mean is refused with 64",
    arguments: [
      ["--delimiter", "x"], ["--delimiter", ",,"], ["--column", "zip=text"], ["--column", "zip"],
      ["--missing-value", String(repeating: "x", count: 65)],
    ]
  )
  func refused(words: [String]) {
    let error = #expect(throws: CommandError.self) { try options(words) }
    #expect(error?.exit == .usage)
  }
}
