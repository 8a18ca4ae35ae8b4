import DurableFiles
import Glibc
import Primitives
import Synchronization
import Testing

@testable import Commands

/// A disk that takes only so many bytes more.
private final class Disk: Sendable {
  private let room = Mutex(Int.max)

  func leave(_ byteCount: Int) { room.withLock { $0 = byteCount } }

  var writing: BoundedLog.Writing {
    { descriptor, bytes in
      let count = self.room.withLock { room in
        let count = min(room, bytes.count)
        room -= count
        return count
      }
      guard count > 0 || bytes.isEmpty else {
        errno = ENOSPC
        return -1
      }
      return write(descriptor, bytes.baseAddress, count)
    }
  }
}

@Suite("The log of a service")
struct BoundedLogTests {
  /// Empty where there is no such file.
  private func text(_ path: String) -> String {
    let bytes = try? SmallFile.read(path, limitBytes: 1 << 20)
    return bytes.map { String(decoding: $0.array, as: UTF8.self) } ?? ""
  }

  @Test("what is full moves aside at the end of a line, and no line is lost")
  func rotation() throws {
    try TemporaryFolder.with { folder in
      let log = BoundedLog("\(folder)/a.log", limitBytes: 100)
      var written = ""
      for number in 0..<40 {
        log.append(line: "line \(number)")
        written += "line \(number)\n"
        let both = text("\(folder)/a.log.1") + text("\(folder)/a.log")
        #expect(written.hasSuffix(both), "after line \(number)")
        #expect(text("\(folder)/a.log").utf8.count <= 100)
        #expect(text("\(folder)/a.log.1").utf8.count <= 100)
      }
      #expect(text("\(folder)/a.log.1").utf8.count > 80)
    }
  }

  @Test("a line that comes in parts ends in the file where it began")
  func parts() throws {
    try TemporaryFolder.with { folder in
      let log = BoundedLog("\(folder)/a.log", limitBytes: 20)
      for part in ["first line of ", "many words", "\nsecond\nthird"] {
        var part = part
        part.withUTF8 { log.append(UnsafeRawBufferPointer($0)) }
      }
      #expect(text("\(folder)/a.log.1") == "first line of many words\n")
      #expect(text("\(folder)/a.log") == "second\nthird")
    }
  }

  @Test("lines that a full disk does not take are dropped whole, counted, and told of")
  func fullDisk() throws {
    try TemporaryFolder.with { folder in
      let disk = Disk()
      let log = BoundedLog("\(folder)/a.log", writing: disk.writing)
      log.append(line: "one")
      disk.leave(2)
      log.append(line: "two")
      log.append(line: "three")
      var half = "fo"
      half.withUTF8 { log.append(UnsafeRawBufferPointer($0)) }
      disk.leave(.max)
      log.append(line: "ur")
      log.append(line: "five")
      let lines = text("\(folder)/a.log").split(separator: "\n")
      #expect(
        lines == [
          "one", "tw", "3 lines of this log were dropped: No space left on device", "five",
        ]
      )
    }
  }

  @Test("a full disk costs no line that is on it already")
  func fullWhileRotating() throws {
    try TemporaryFolder.with { folder in
      let log = BoundedLog("\(folder)/a.log", limitBytes: 12)
      log.append(line: "0123456789")
      log.append(line: "abcdefghij")
      // Nothing can be made where a folder of that name stands in the way.
      #expect(mkdir("\(folder)/a.log.new", 0o700) == 0)
      for _ in 0..<3 { log.append(line: "lost") }
      #expect(text("\(folder)/a.log") == "abcdefghij\n")
      #expect(text("\(folder)/a.log.1") == "0123456789\n")
      #expect(rmdir("\(folder)/a.log.new") == 0)
      log.append(line: "kept")
      #expect(text("\(folder)/a.log.1") == "abcdefghij\n")
      #expect(
        text("\(folder)/a.log")
          == "3 lines of this log were dropped: Is a directory\nkept\n"
      )
    }
  }

  @Test("lines of an earlier run stay, and are no news of this one")
  func earlierRun() throws {
    try TemporaryFolder.with { folder in
      BoundedLog("\(folder)/a.log").append(line: "earlier")
      let log = BoundedLog("\(folder)/a.log")
      #expect(log.tail(lineCount: 3).isEmpty)
      for number in 0..<5 { log.append(line: "\(number)") }
      #expect(log.tail(lineCount: 3) == ["2", "3", "4"])
      #expect(text("\(folder)/a.log") == "earlier\n0\n1\n2\n3\n4\n")
    }
  }

  @Test("a process whose output leads to the log goes on in the new file")
  func copies() throws {
    try TemporaryFolder.with { folder in
      let copy = open("/dev/null", O_WRONLY | O_CLOEXEC)
      defer { close(copy) }
      let log = BoundedLog("\(folder)/a.log", limitBytes: 10, copies: [copy])
      log.append(line: "123456789")
      log.append(line: "abcdefghi")
      #expect(write(copy, "x\n", 2) == 2)
      #expect(text("\(folder)/a.log") == "abcdefghi\nx\n")
    }
  }

  @Test("what comes through the pipe is in the log when its end was waited for")
  func pipe() async throws {
    try await TemporaryFolder.with { folder in
      let log = BoundedLog("\(folder)/a.log")
      let pipe = try LogPipe(into: log)
      let descriptor = try #require(pipe.descriptor)
      for number in 0..<2000 {
        let line = Array("line \(number)\n".utf8)
        #expect(write(descriptor, line, line.count) == line.count)
      }
      await pipe.end(within: .seconds(240))
      #expect(pipe.descriptor == nil)
      #expect(log.tail(lineCount: 1) == ["line 1999"])
      #expect(text("\(folder)/a.log").split(separator: "\n").count == 2000)
    }
  }

  @Test("dropped lines are told as a line of JSON, like those around it")
  func json() throws {
    let line = DroppedLines.json(3, "No space left on device")
    #expect(line.hasPrefix("{\"fields\":{\"count\":3,\"reason\":\"No space left on device\"}"))
    #expect(line.contains("\"level\":\"warning\"") && line.contains("\"time\":\"2"))
  }
}
