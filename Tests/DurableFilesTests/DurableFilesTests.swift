import DurableFiles
import Foundation
import Glibc
import Primitives
import Testing

@Suite("Files and folders that outlive a crash")
struct DurableFilesTests {
  /// A folder of this test's own.
  private func withFolder(_ body: (String) throws -> Void) throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "martlet-files-\(UUID().uuidString)").path
    try Folder.make(folder)
    defer { try? Folder.remove(folder) }
    try body(folder)
  }

  private func mode(_ path: String) -> mode_t {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_mode & 0o7777 : 0
  }

  @Test("a replaced file is the new one, with its mode, and no draft lies beside it")
  func replaces() throws {
    try withFolder { folder in
      let path = "\(folder)/a"
      try SmallFile.replace(path, with: Bytes("old and longer"))
      #expect(mode(path) == 0o600)
      try SmallFile.replace(path, with: Bytes("new"), mode: 0o666)
      #expect(try SmallFile.read(path, limitBytes: 3) == Bytes("new"))
      #expect(mode(path) == 0o666)
      #expect(try Folder.names(in: folder) == ["a"])
    }
  }

  @Test("a draft that goes unfinished leaves the old file, and a rename refused leaves no draft")
  func unfinished() throws {
    try withFolder { folder in
      let path = "\(folder)/a"
      try SmallFile.replace(path, with: Bytes("old"))
      do {
        let draft = try DraftFile("\(folder)/draft")
        try draft.append(Bytes("half"))
        #expect(try Folder.names(in: folder) == ["a", "draft"])
      }
      #expect(try Folder.names(in: folder) == ["a"])
      #expect(try SmallFile.read(path, limitBytes: 100) == Bytes("old"))
      try Folder.make("\(folder)/b")
      let error = #expect(throws: FileError.self) {
        try SmallFile.replace("\(folder)/b", with: Bytes("x"))
      }
      #expect(error == FileError(.rename, "\(folder)/b", .system(EISDIR)))
      #expect(try Folder.names(in: folder) == ["a", "b"])
    }
  }

  @Test("a draft that is discarded is gone while others still hold it")
  func discarded() throws {
    try withFolder { folder in
      let draft = try DraftFile("\(folder)/draft")
      try draft.append(Bytes("half"))
      draft.discard()
      #expect(try Folder.names(in: folder) == [])
      // The name is free for another, which the first one leaves alone when it goes.
      let next = try DraftFile("\(folder)/draft")
      withExtendedLifetime(draft) {}
      draft.discard()
      #expect(try Folder.names(in: folder) == ["draft"])
      try next.finish(as: "\(folder)/whole")
    }
  }

  @Test("a link in the place of a draft is not followed")
  func draftLink() throws {
    try withFolder { folder in
      try SmallFile.replace("\(folder)/kept", with: Bytes("kept"))
      #expect(symlink("\(folder)/kept", "\(folder)/draft") == 0)
      let draft = try DraftFile("\(folder)/draft")
      try draft.append(Bytes("other"))
      try draft.finish(as: "\(folder)/new")
      #expect(try SmallFile.read("\(folder)/kept", limitBytes: 100) == Bytes("kept"))
      #expect(try SmallFile.read("\(folder)/new", limitBytes: 100) == Bytes("other"))
    }
  }

  @Test(
    "a file is read up to its limit and refused with one byte more",
    arguments: [0, 1, 4095, 4096, 4097, 100_000]
  )
  func limit(count: Int) throws {
    try withFolder { folder in
      let path = "\(folder)/a"
      let bytes = Bytes([UInt8](repeating: 7, count: count))
      try SmallFile.replace(path, with: bytes)
      #expect(try SmallFile.read(path, limitBytes: count) == bytes)
      #expect(try SmallFile.read(path, limitBytes: .max) == bytes)
      guard count > 0 else { return }
      let error = #expect(throws: FileError.self) {
        try SmallFile.read(path, limitBytes: count - 1)
      }
      #expect(error?.problem == .tooLarge(limitBytes: count - 1))
    }
  }

  @Test("files whose size says nothing are read whole, and have the same limit")
  func sizeless() throws {
    let maps = try #require(try SmallFile.read("/proc/self/maps", limitBytes: 16 << 20))
    #expect(maps.count > 4096)
    let error = #expect(throws: FileError.self) {
      try SmallFile.read("/proc/self/maps", limitBytes: 100)
    }
    #expect(error?.problem == .tooLarge(limitBytes: 100))
  }

  @Test("what is missing is nil; a folder and a pipe are no files, and do not keep the thread")
  func noFile() throws {
    try withFolder { folder in
      let missing = try SmallFile.read("\(folder)/a", limitBytes: 1)
      #expect(missing == nil)
      #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      for path in [folder, "\(folder)/pipe"] {
        let error = #expect(throws: FileError.self) { try SmallFile.read(path, limitBytes: 1) }
        #expect(error == FileError(.read, path, .notAFile))
      }
    }
  }

  @Test("a folder is made with its parents where that is asked for, and twice is harmless")
  func makes() throws {
    try withFolder { folder in
      let error = #expect(throws: FileError.self) { try Folder.make("\(folder)/a/b/c") }
      #expect(error?.description == "cannot make \(folder)/a/b/c: No such file or directory")
      for _ in 0..<2 { try Folder.make("\(folder)/a/b/c", makingParents: true) }
      #expect(mode("\(folder)/a/b/c") == 0o700)
      try SmallFile.replace("\(folder)/file", with: Bytes())
      let taken = #expect(throws: FileError.self) { try Folder.make("\(folder)/file") }
      #expect(taken?.code == ENOTDIR)
    }
  }

  @Test("removing takes all that is in a folder, and not what a link points to")
  func removes() throws {
    try withFolder { folder in
      try Folder.make("\(folder)/kept")
      try SmallFile.replace("\(folder)/kept/file", with: Bytes("x"))
      try Folder.make("\(folder)/a/b", makingParents: true)
      try SmallFile.replace("\(folder)/a/b/file", with: Bytes("x"))
      #expect(symlink("\(folder)/kept", "\(folder)/a/link") == 0)
      for _ in 0..<2 { try Folder.remove("\(folder)/a") }
      #expect(try Folder.names(in: folder) == ["kept"])
      #expect(try Folder.names(in: "\(folder)/kept") == ["file"])
    }
  }

  @Test("a folder that is not there is an error with its path and the system's words")
  func absent() {
    let read = #expect(throws: FileError.self) { try Folder.names(in: "/nowhere/at/all") }
    #expect(read?.description == "cannot read /nowhere/at/all: No such file or directory")
    let sync = #expect(throws: FileError.self) { try Folder.sync("/nowhere/at/all") }
    #expect(sync?.code == ENOENT)
  }

  @Test(
    "the parent of a path",
    arguments: [("a", "."), ("/a", "/"), ("a/b", "a"), ("/a/b/c", "/a/b")]
  )
  func parent(path: String, parent: String) { #expect(Folder.parent(of: path) == parent) }

  @Test("a file is read and written at any position, cut, and seen as memory")
  func positions() throws {
    try withFolder { folder in
      let path = "\(folder)/a"
      #expect(try OpenFile.reading(path)?.sizeBytes() == nil)
      #expect(try OpenFile.changing(path)?.sizeBytes() == nil)
      let file = try OpenFile.making(path)
      try Array("hello world".utf8).withUnsafeBytes { try file.write($0, at: 0) }
      try Array("W".utf8).withUnsafeBytes { try file.write($0, at: 6) }
      #expect(try file.read(at: 6, count: 100) == Bytes("World"))
      #expect(try file.read(at: 100, count: 5).isEmpty)
      #expect(try file.mapped(byteCount: 5) == Bytes("hello"))
      #expect(try file.mapped(byteCount: 0).isEmpty)
      try file.truncate(toBytes: 5)
      try file.sync()
      try file.setMode(0o400)
      #expect(mode(path) == 0o400)
      let reader = try #require(try OpenFile.reading(path))
      #expect(try reader.sizeBytes() == 5)
      #expect(try reader.read(at: 0, count: 100) == Bytes("hello"))
      // Made anew, it keeps what is there.
      try reader.setMode(0o600)
      #expect(try OpenFile.making(path).sizeBytes() == 5)
      let error = #expect(throws: FileError.self) { try reader.truncate(toBytes: 1) }
      #expect(error?.operation == .write)
    }
  }

  @Test("a link, a folder or a pipe in the place of a file is not opened, and keeps nobody waiting")
  func strangeFiles() throws {
    try withFolder { folder in
      try SmallFile.replace("\(folder)/target", with: Bytes("kept"))
      #expect(symlink("\(folder)/target", "\(folder)/link") == 0)
      #expect(mkfifo("\(folder)/pipe", 0o600) == 0)
      for name in ["link", "pipe", "."] {
        let path = "\(folder)/\(name)"
        #expect(throws: FileError.self) { _ = try OpenFile.reading(path) }
        #expect(throws: FileError.self) { _ = try OpenFile.making(path) }
      }
      #expect(try SmallFile.read("\(folder)/target", limitBytes: 9) == Bytes("kept"))
    }
  }

  @Test("a folder tells its plain files with their sizes, and the room on its file system")
  func listing() throws {
    try withFolder { folder in
      #expect(try Folder.make("\(folder)/sub"))
      #expect(try !Folder.make("\(folder)/sub"))
      try SmallFile.replace("\(folder)/b", with: Bytes("22"))
      try SmallFile.replace("\(folder)/a", with: Bytes("1"))
      #expect(symlink("a", "\(folder)/link") == 0)
      let past = timespec(tv_sec: 1000, tv_nsec: 0)
      #expect(utimensat(AT_FDCWD, "\(folder)/a", [past, past], 0) == 0)
      let files = try Folder.files(in: folder)
      #expect(files.map(\.name) == ["a", "b"])
      #expect(files.map(\.sizeBytes) == [1, 2])
      #expect(files.first?.changedUnixSeconds == 1000)
      #expect(try Folder.freeBytes(at: folder) > 0)
      #expect(throws: FileError(.lookAt, "\(folder)/none", .system(ENOENT))) {
        try Folder.freeBytes(at: "\(folder)/none")
      }
    }
  }
}
