import ModelStoreCore
import Primitives
import Testing

@Suite("An upload session")
struct UploadSessionTests {
  private static let start = UploadSession.Start(sizeBytes: 100, offset: 20)

  /// Each state that a session can be in.
  enum Situation: CaseIterable {
    case waiting, claiming, open, full, checking, committed, kept, failed

    var session: UploadSession {
      var session = UploadSession()
      if self == .waiting { return session }
      if self == .failed {
        _ = session.receivedEnd()
        return session
      }
      let start = UploadSession.Start(sizeBytes: 100, offset: 20)
      _ = session.receivedStart(start, digestBytes: 32, maximumBytes: 100)
      if self == .claiming { return session }
      if self == .committed {
        _ = session.found(.present(sizeBytes: 100))
        return session
      }
      _ = session.found(.partial(bytes: 50))
      if self == .full || self == .checking { _ = session.receivedChunk(byteCount: 80) }
      if self == .checking || self == .kept { _ = session.receivedEnd() }
      return session
    }
  }

  @Test("the first message names the blob, and stands only there", arguments: Situation.allCases)
  func begins(_ situation: Situation) {
    var session = situation.session
    let effect = session.receivedStart(
      UploadSessionTests.start,
      digestBytes: 32,
      maximumBytes: 100
    )
    switch situation {
    case .waiting:
      #expect(effect == .claim)
      #expect(session == Situation.claiming.session)
    case .claiming, .open, .full, .checking:
      #expect(effect == .reject(.invalid("begin: stands in the first message alone")))
      #expect(session == .failed)
    case .committed, .kept, .failed:
      #expect(effect == .reject(.invalid("begin: this upload has ended")))
      #expect(session == situation.session)
    }
  }

  @Test("what is here is used in one state alone", arguments: Situation.allCases)
  func finds(_ situation: Situation) {
    var session = situation.session
    let effect = session.found(.partial(bytes: 20))
    switch situation {
    case .claiming:
      #expect(effect == .write(from: 20))
      #expect(session == Situation.open.session)
    case .waiting, .open, .full, .checking, .committed, .kept, .failed:
      #expect(effect == .ignore)
      #expect(session == situation.session)
    }
  }

  @Test("a chunk is written where the one before it ended", arguments: Situation.allCases)
  func takesChunks(_ situation: Situation) {
    var session = situation.session
    let effect = session.receivedChunk(byteCount: 80)
    switch situation {
    case .open:
      #expect(effect == .write(at: 20))
      #expect(session == Situation.full.session)
    case .full:
      #expect(effect == .reject(.invalid("chunk: goes beyond begin.size_bytes, which is 100")))
      #expect(session == .failed)
    case .waiting, .claiming, .checking:
      #expect(effect == .reject(.invalid("chunk: the first message must be begin")))
      #expect(session == .failed)
    case .committed, .kept, .failed:
      #expect(effect == .ignore)
      #expect(session == situation.session)
    }
  }

  @Test("the end of the stream is judged by what came", arguments: Situation.allCases)
  func ends(_ situation: Situation) {
    var session = situation.session
    let effect = session.receivedEnd()
    switch situation {
    case .open:
      #expect(effect == .keep(receivedBytes: 20))
      #expect(session == .kept)
    case .full:
      #expect(effect == .checkDigest)
      #expect(session == .checking)
    case .waiting, .claiming:
      #expect(effect == .reject(.invalid("the stream ended without begin")))
      #expect(session == .failed)
    case .checking, .committed, .kept, .failed:
      #expect(effect == .ignore)
      #expect(session == situation.session)
    }
  }

  @Test("a right digest makes a blob, a wrong one keeps nothing", arguments: Situation.allCases)
  func compares(_ situation: Situation) {
    for isRight in [true, false] {
      var session = situation.session
      let effect = session.digestCompared(isRight: isRight)
      guard situation == .checking else {
        #expect(effect == .ignore)
        #expect(session == situation.session)
        continue
      }
      #expect(session == (isRight ? .committed : .failed))
      if isRight {
        #expect(effect == .publish)
      } else {
        guard case .discard(.damaged) = effect else {
          Issue.record("a wrong digest: \(effect)")
          continue
        }
      }
    }
  }

  @Test("a broken stream keeps what came", arguments: Situation.allCases)
  func breaks(_ situation: Situation) {
    var session = situation.session
    let effect = session.broke()
    switch situation {
    case .open, .full, .checking:
      #expect(effect == .keep)
      #expect(session == .kept)
    case .waiting, .claiming, .failed:
      #expect(effect == .ignore)
      #expect(session == .failed)
    case .committed, .kept:
      #expect(effect == .ignore)
      #expect(session == situation.session)
    }
  }

  @Test("a start is refused for its digest, its size and its offset")
  func refusesStarts() {
    func effect(_ sizeBytes: UInt64, _ offset: UInt64, digest: Int = 32) -> UploadSession.OnStart {
      var session = UploadSession()
      let effect = session.receivedStart(
        UploadSession.Start(sizeBytes: sizeBytes, offset: offset),
        digestBytes: digest,
        maximumBytes: 100
      )
      #expect(session == .failed || effect == .claim)
      return effect
    }
    #expect(effect(100, 100) == .claim)
    #expect(effect(0, 0) == .claim)
    for wrong in [effect(101, 0), effect(5, 0, digest: 31), effect(5, 0, digest: 33)] {
      guard case .reject(.invalid) = wrong else {
        Issue.record("not refused: \(wrong)")
        continue
      }
    }
    #expect(effect(5, 6) == .reject(.outOfRange("begin.offset: lies beyond begin.size_bytes")))
  }

  @Test("an upload begins where the disk has it, and nowhere beyond")
  func offsets() {
    func effect(_ presence: BlobPresence) -> UploadSession.OnFound {
      var session = Situation.claiming.session
      return session.found(presence)
    }
    #expect(effect(.present(sizeBytes: 100)) == .acknowledge)
    #expect(effect(.partial(bytes: 20)) == .write(from: 20))
    #expect(effect(.partial(bytes: 90)) == .write(from: 20))
    for wrong in [effect(.absent), effect(.partial(bytes: 19))] {
      guard case .reject(.outOfRange) = wrong else {
        Issue.record("not refused: \(wrong)")
        continue
      }
    }
    guard case .reject(.invalid) = effect(.present(sizeBytes: 99)) else {
      Issue.record("a blob of another size was taken for this one")
      return
    }
  }

  @Test("a chunk has 1 byte to 512 KiB", arguments: [0, StoreLimits.chunkBytes + 1])
  func chunkSizes(_ byteCount: Int) {
    var session = UploadSession()
    let start = UploadSession.Start(sizeBytes: 1 << 30, offset: 0)
    _ = session.receivedStart(start, digestBytes: 32, maximumBytes: 1 << 30)
    _ = session.found(.absent)
    let largest = session.receivedChunk(byteCount: StoreLimits.chunkBytes)
    #expect(largest == .write(at: 0))
    guard case .reject(.invalid) = session.receivedChunk(byteCount: byteCount) else {
      Issue.record("\(byteCount) bytes were taken")
      return
    }
  }
}
