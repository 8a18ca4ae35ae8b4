import DurableFiles
import Foundation
import InferenceCore
import Primitives
import Protocols
import Testing
import WireCodec

@testable import InferenceServer

@Suite("What lies in a models folder")
struct FolderScanTests {
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "martlet-scan-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try body(folder)
  }

  private func write(_ bytes: Bytes, _ path: String) throws {
    try FileManager.default.createDirectory(
      atPath: (path as NSString).deletingLastPathComponent,
      withIntermediateDirectories: true
    )
    try Data(bytes.array).write(to: URL(filePath: path))
  }

  private let manifest = Manifest(
    files: [FileEntry(path: "m", sizeBytes: 1, sha256: Bytes([UInt8](repeating: 1, count: 32)))],
    entryPath: "m"
  )

  @Test("an endpoint is a folder with a manifest; who made it may say which version it is")
  func endpoints() throws {
    try withFolder { folder in
      var scan = FolderScan()
      #expect(try scan.update(folder))
      #expect(try !scan.update(folder))
      try write(manifest.encoded(), "\(folder)/iris/manifest.binpb")
      try write(manifest.encoded(), "\(folder)/.draft/manifest.binpb")
      try write(Bytes("x"), "\(folder)/readme")
      #expect(try scan.update(folder))
      #expect(scan.descriptions.map(\.identity.endpoint) == ["iris"])
      #expect(scan.descriptions[0].identity.model == "iris")
      #expect(scan.descriptions[0].source == .folder("\(folder)/iris"))
      #expect(scan.refused.isEmpty)
      #expect(try !scan.update(folder))
      let attribute = ReplicaAttribute(variant: "main", model: "flowers", modelVersion: 7)
      try write(attribute.encoded(), "\(folder)/iris/replica.binpb")
      #expect(try scan.update(folder))
      #expect(scan.descriptions[0].identity.version == 7)
      try FileManager.default.removeItem(atPath: "\(folder)/iris")
      #expect(try scan.update(folder))
      #expect(scan.descriptions.isEmpty)
    }
  }

  @Test("what cannot be served is told once, with the reason")
  func refusals() throws {
    try withFolder { folder in
      var scan = FolderScan()
      try write(Bytes([0xFF, 0xFF]), "\(folder)/garbage/manifest.binpb")
      try write(Manifest().encoded(), "\(folder)/nothing/manifest.binpb")
      try write(manifest.encoded(), "\(folder)/bad_name/manifest.binpb")
      try FileManager.default.createDirectory(
        atPath: "\(folder)/empty",
        withIntermediateDirectories: true
      )
      _ = try scan.update(folder)
      #expect(scan.descriptions.isEmpty)
      let reasons = Dictionary(
        uniqueKeysWithValues: scan.takeNewRefusals().map { ($0.endpoint, $0.failure) }
      )
      #expect(reasons["garbage"]?.contains("not an encoded martlet.models.v1.Manifest") == true)
      #expect(reasons["nothing"]?.contains("names no files") == true)
      #expect(reasons["bad_name"]?.contains("letters and digits") == true)
      #expect(reasons["empty"]?.contains("is missing") == true)
      #expect(scan.takeNewRefusals().isEmpty && scan.refused.count == 4)
    }
  }

  @Test("a folder that is not there is an error that names it")
  func absent() {
    var scan = FolderScan()
    let error = #expect(throws: FileError.self) { try scan.update("/nowhere/at/all") }
    #expect(error?.path == "/nowhere/at/all")
  }
}
