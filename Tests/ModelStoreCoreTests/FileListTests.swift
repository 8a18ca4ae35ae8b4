import ModelStoreCore
import Primitives
import Testing

@Suite("Files of a version")
struct FileListTests {
  private func file(_ path: String, digestBytes: Int = 32) -> FileRecord {
    FileRecord(
      path: path,
      sizeBytes: 1,
      sha256: Bytes([UInt8](repeating: 7, count: digestBytes))
    )
  }

  private func problem(_ files: [FileRecord], sorts: Bool = true) -> String? {
    do throws(StoreProblem) {
      _ = try FileList(files, sorts: sorts)
      return nil
    } catch {
      guard case .invalid(let text) = error else { return "another problem: \(error)" }
      return text
    }
  }

  @Test(
    "a path that leaves its folder, or could be read in two ways, is refused",
    arguments: [
      "", "/", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a/..", "./a", "a/.", "a\\b",
      "a\u{0}b", "a\nb", "a\u{7F}", "manifest.binpb",
    ]
  )
  func hostile(_ path: String) {
    #expect(FilePath.problem(path) != nil)
    #expect(problem([file(path)]) != nil)
  }

  @Test(
    "an ordinary path is taken",
    arguments: [
      "model.onnx", "a/b/c.bin", "..a", "a..", "...", "Über/文件 1.csv", "x/manifest.binpb", "-rf",
    ]
  )
  func ordinary(_ path: String) {
    #expect(FilePath.problem(path) == nil)
  }

  @Test("a path has at most 1 024 bytes, and each part of it 255")
  func lengths() {
    let part = String(repeating: "a", count: 255)
    #expect(FilePath.problem(part) == nil)
    #expect(FilePath.problem(part + "a") != nil)
    let path = [part, part, part, part].joined(separator: "/")
    #expect(path.utf8.count == 1023)
    #expect(FilePath.problem(path) == nil)
    #expect(FilePath.problem("b/" + path) != nil)
  }

  @Test("files are sorted by bytes, each stands once, and none is another one's folder")
  func lists() throws {
    let list = try FileList([file("b"), file("a/z"), file("B"), file("a-b")], sorts: true)
    #expect(list.files.map(\.path) == ["B", "a-b", "a/z", "b"])
    #expect(problem(list.files, sorts: false) == nil)
    #expect(problem(list.files.reversed(), sorts: false)?.contains("sorted") == true)
    #expect(problem([file("a"), file("a")])?.contains("twice") == true)
    #expect(problem([file("a"), file("a-b"), file("a/b")])?.contains("folder") == true)
    #expect(problem([file("a/b/c"), file("a/b")])?.contains("folder") == true)
    #expect(problem([]) != nil)
    #expect(problem([file("a", digestBytes: 31)])?.contains("32") == true)
  }

  @Test("10 000 files are taken, and one more is not")
  func count() {
    let files = (0..<10_000).map { file("f\($0)") }
    #expect(problem(files) == nil)
    #expect(problem(files + [file("g")])?.contains("limit") == true)
  }
}
