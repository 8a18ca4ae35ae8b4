import InferenceCore
import Testing

@Suite("Room for predictions in work")
struct WorkRoomTests {
  private static let limits = WorkRoom.Limits(callCount: 2, byteCount: 100)

  @Test("a prediction enters while both limits have room, and what leaves makes room")
  func limits() throws {
    var room = WorkRoom(WorkRoomTests.limits)
    try room.enter(byteCount: 60)
    #expect(room.refusal(byteCount: 41) == .bytes)
    #expect(throws: WorkRoom.Full.bytes) { try room.enter(byteCount: 41) }
    #expect(room.callCount == 1 && room.byteCount == 60)
    try room.enter(byteCount: 40)
    // The number is what is told when both are reached.
    #expect(throws: WorkRoom.Full.calls) { try room.enter(byteCount: 1) }
    #expect(throws: WorkRoom.Full.calls) { try room.enter(byteCount: 0) }
    room.leave(byteCount: 60)
    #expect(room.refusal(byteCount: 60) == nil)
    room.leave(byteCount: 40)
    #expect(room == WorkRoom(WorkRoomTests.limits))
  }

  @Test("a prediction that is alone enters whatever it holds, so that none is refused for ever")
  func alone() throws {
    var room = WorkRoom(WorkRoomTests.limits)
    try room.enter(byteCount: 5000)
    #expect(throws: WorkRoom.Full.bytes) { try room.enter(byteCount: 0) }
    room.leave(byteCount: 5000)
    try room.enter(byteCount: .max)
    #expect(throws: WorkRoom.Full.bytes) { try room.enter(byteCount: .max) }
  }

  @Test("an answer is never refused, and later predictions find less room")
  func growth() throws {
    var room = WorkRoom(WorkRoomTests.limits)
    try room.enter(byteCount: 10)
    room.grow(byteCount: 95)
    #expect(room.byteCount == 105)
    #expect(throws: WorkRoom.Full.bytes) { try room.enter(byteCount: 0) }
    room.leave(byteCount: 105)
    #expect(room.byteCount == 0 && room.callCount == 0)
  }
}
