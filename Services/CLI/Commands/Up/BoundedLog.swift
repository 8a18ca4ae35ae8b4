import Glibc
import Synchronization

/// A log on disk that this process writes: about `limitBytes` in the file, and as much in the one
/// before it, `PATH.1`. Any thread.
///
/// An earlier run's lines stay and are appended to. A line that the disk does not take is dropped,
/// and the log says how many were as soon as it takes lines again: nobody who logs waits for room.
final class BoundedLog: Sendable {
  static let limitBytes = 16 << 20
  /// By so much a file may be larger, so that its last line is whole.
  private static let lineBytes = 64 << 10

  /// Writes some of the bytes, and answers how many, or -1 with `errno`.
  typealias Writing = @Sendable (CInt, UnsafeRawBufferPointer) -> Int

  let path: String
  private let limitBytes: Int
  private let copies: [CInt]
  private let writing: Writing
  private let report: @Sendable (_ lineCount: Int, _ reason: String) -> String
  private let state: Mutex<State>

  private struct State {
    var descriptor: CInt = -1
    var sizeBytes = 0
    /// Of the file when this log was opened, or 0 once it was a new one.
    var beganAtBytes = 0
    var endsInLine = false
    var droppedLineCount = 0
    var reason = ""
    /// The rest of a line whose beginning was dropped goes, too.
    var skipsLine = false
  }

  /// - Parameters:
  ///   - copies: descriptors of this process that lead to the log as well, such as its standard
  ///     error.
  ///   - report: the line, without its end, that tells of dropped lines.
  init(
    _ path: String,
    limitBytes: Int = BoundedLog.limitBytes,
    copies: [CInt] = [],
    writing: @escaping Writing = { write($0, $1.baseAddress, $1.count) },
    report: @escaping @Sendable (_ lineCount: Int, _ reason: String) -> String = {
      "\($0) lines of this log were dropped: \($1)"
    }
  ) {
    self.path = path
    self.limitBytes = limitBytes
    self.copies = copies
    self.writing = writing
    self.report = report
    state = Mutex(State())
    state.withLock { state in
      if reopen(&state) { state.beganAtBytes = state.sizeBytes }
    }
  }

  deinit { state.withLock { if $0.descriptor >= 0 { close($0.descriptor) } } }

  /// Appends lines, or parts of them. Blocks as long as the system takes for a write.
  func append(_ bytes: UnsafeRawBufferPointer) {
    state.withLock { state in
      var rest = bytes
      if state.sizeBytes + rest.count > limitBytes {
        // A line that was begun ends in the file where it began, unless it is too long.
        if state.endsInLine, state.sizeBytes < limitBytes + Self.lineBytes {
          let end = rest.firstIndex(of: 10).map { $0 + 1 } ?? rest.count
          put(UnsafeRawBufferPointer(rebasing: rest[..<end]), &state)
          rest = UnsafeRawBufferPointer(rebasing: rest[end...])
        }
        guard !rest.isEmpty else { return }
        if state.sizeBytes > 0, !rotate(&state) { return drop(rest, &state) }
      }
      put(rest, &state)
    }
  }

  func append(line: String) {
    var text = line + "\n"
    text.withUTF8 { append(UnsafeRawBufferPointer($0)) }
  }

  /// The last lines since this log was opened, for an error message; at most 4 KiB are looked at.
  func tail(lineCount: Int) -> [String] {
    BoundedLog.tail(of: path, from: state.withLock { $0.beganAtBytes }, lineCount: lineCount)
  }

  static func tail(of path: String, from start: Int, lineCount: Int) -> [String] {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return [] }
    defer { close(descriptor) }
    let size = Int(lseek(descriptor, 0, SEEK_END))
    let from = max(start, size - 4096)
    var bytes = [UInt8](repeating: 0, count: 4096)
    let count = pread(descriptor, &bytes, bytes.count, off_t(from))
    guard count > 0 else { return [] }
    let lines = String(decoding: bytes[..<count], as: UTF8.self).split(separator: "\n")
    // The first one may have been cut.
    return lines.dropFirst(from > start ? 1 : 0).suffix(lineCount).map { String($0.prefix(400)) }
  }

  // MARK: Under the lock

  private func put(_ bytes: UnsafeRawBufferPointer, _ state: inout State) {
    var rest = bytes
    if state.skipsLine {
      guard let end = rest.firstIndex(of: 10) else { return }
      state.skipsLine = false
      rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
    }
    guard !rest.isEmpty else { return }
    guard state.descriptor >= 0 || reopen(&state) else { return drop(rest, &state) }
    if state.droppedLineCount > 0 {
      var text = report(state.droppedLineCount, state.reason) + "\n"
      if state.endsInLine { text = "\n" + text }
      let isWhole = text.withUTF8 { writeAll(UnsafeRawBufferPointer($0), &state) == $0.count }
      guard isWhole else { return drop(rest, &state) }
      state.droppedLineCount = 0
    }
    let count = writeAll(rest, &state)
    if count < rest.count { drop(UnsafeRawBufferPointer(rebasing: rest[count...]), &state) }
  }

  /// How many bytes the file took.
  private func writeAll(_ bytes: UnsafeRawBufferPointer, _ state: inout State) -> Int {
    var done = 0
    while done < bytes.count {
      let count = writing(state.descriptor, UnsafeRawBufferPointer(rebasing: bytes[done...]))
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        state.reason = String(cString: strerror(errno))
        break
      }
      done += count
    }
    state.sizeBytes += done
    if done > 0 { state.endsInLine = bytes[done - 1] != 10 }
    return done
  }

  private func drop(_ bytes: UnsafeRawBufferPointer, _ state: inout State) {
    state.skipsLine = bytes.last != 10
    state.droppedLineCount += bytes.count { $0 == 10 } + (state.skipsLine ? 1 : 0)
  }

  /// The file becomes `PATH.1` once there is a new one: a disk without room costs no old line.
  private func rotate(_ state: inout State) -> Bool {
    let draft = "\(path).new"
    let flags = O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC
    let next = open(draft, flags, 0o600)
    guard next >= 0 else {
      state.reason = String(cString: strerror(errno))
      return false
    }
    guard rename(path, "\(path).1") == 0 || errno == ENOENT, rename(draft, path) == 0 else {
      state.reason = String(cString: strerror(errno))
      close(next)
      unlink(draft)
      return false
    }
    use(next, &state)
    (state.sizeBytes, state.beganAtBytes, state.endsInLine) = (0, 0, false)
    return true
  }

  private func reopen(_ state: inout State) -> Bool {
    let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      state.reason = String(cString: strerror(errno))
      return false
    }
    var status = stat()
    state.sizeBytes = fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
    use(descriptor, &state)
    return true
  }

  private func use(_ descriptor: CInt, _ state: inout State) {
    if state.descriptor >= 0 { close(state.descriptor) }
    state.descriptor = descriptor
    for copy in copies { dup2(descriptor, copy) }
  }
}
