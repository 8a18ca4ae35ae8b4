import Foundation
import Testing

@testable import Commands

@Suite("The files of an import")
struct ImportFilesTests {
  @Test("a folder gives its files by their paths below it, a file its name; sorted")
  func paths() throws {
    let folder = try TemporaryFolder()
    try folder.write("1", "model/model.onnx")
    try folder.write("22", "model/vocabulary/words.txt")
    try folder.write("333", "beside/labels.json")
    let chosen = try ImportFiles(["\(folder.path)/model", "\(folder.path)/beside/labels.json"])
    #expect(chosen.files.map(\.path) == ["labels.json", "model.onnx", "vocabulary/words.txt"])
    #expect(chosen.totalBytes == 6 && chosen.skippedCount == 0)
  }

  @Test("hidden files and folders are passed over, and counted")
  func hidden() throws {
    let folder = try TemporaryFolder()
    try folder.write("1", "model.onnx")
    try folder.write("1", ".git/config")
    try folder.write("1", ".DS_Store")
    let chosen = try ImportFiles([folder.path])
    #expect(chosen.files.map(\.path) == ["model.onnx"] && chosen.skippedCount == 2)
  }

  @Test("links to files are followed, links to folders are not")
  func links() throws {
    let folder = try TemporaryFolder()
    let blob = try folder.write("weights", "blobs/abc")
    try folder.write("1", "model/config.json")
    let files = FileManager.default
    try files.createSymbolicLink(
      atPath: "\(folder.path)/model/weights.bin",
      withDestinationPath: blob
    )
    try files.createSymbolicLink(
      atPath: "\(folder.path)/model/loop",
      withDestinationPath: "\(folder.path)/model"
    )
    let chosen = try ImportFiles(["\(folder.path)/model"])
    #expect(chosen.files.map(\.path) == ["config.json", "weights.bin"])
    #expect(chosen.files.last?.sizeBytes == 7)
  }

  @Test("two files of one name, nothing at all and what is not there are refused")
  func refused() throws {
    let folder = try TemporaryFolder()
    try folder.write("1", "a/model.onnx")
    try folder.write("1", "b/model.onnx")
    let twice = #expect(throws: CommandError.self) {
      try ImportFiles(["\(folder.path)/a/model.onnx", "\(folder.path)/b/model.onnx"])
    }
    #expect(twice?.exit == .usage)
    try FileManager.default.createDirectory(
      atPath: "\(folder.path)/empty",
      withIntermediateDirectories: false
    )
    #expect(throws: CommandError.self) { try ImportFiles(["\(folder.path)/empty"]) }
    let missing = #expect(throws: CommandError.self) { try ImportFiles(["\(folder.path)/none"]) }
    #expect(missing?.exit == .notFound)
  }
}
