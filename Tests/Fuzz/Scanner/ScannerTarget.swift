import CProtobufC
import Primitives
import TestProtocols

@testable import WireCodec

/// Arbitrary bytes as messages of several types, under several limits, beside protobuf-c itself.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzzScanner(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  var input = FuzzBytes(data, size)
  let type = input.byte()
  let choice = input.byte()
  let limits = decodeLimits(choice & 7)
  // Large lists take a path of their own; mutation alone would never make one.
  let large = choice >> 5 == 5 ? largeList(type, &input) : []
  let bytes = choice & 16 != 0 ? large + input.takeAll() : input.takeAll() + large
  switch type % 8 {
  case 0: ScannerChecks<EchoRequest>.check(bytes, limits)
  case 1: ScannerChecks<EchoResponse>.check(bytes, limits)
  case 2: ScannerChecks<Scalars>.check(bytes, limits)
  case 3: ScannerChecks<Slices>.check(bytes, limits)
  case 4: ScannerChecks<Shapes>.check(bytes, limits)
  case 5: ScannerChecks<InteropSimpleRequest>.check(bytes, limits)
  case 6: ScannerChecks<InteropStreamingOutputCallRequest>.check(bytes, limits)
  default: ScannerChecks<Empty>.check(bytes, limits)
  }
  return 0
}

private func decodeLimits(_ choice: UInt8) -> DecodeLimits {
  var limits = DecodeLimits()
  switch choice {
  case 1: limits.maximumDepth = 3
  case 2: limits.maximumFields = 8
  case 3: limits.maximumArenaBytes = 512
  case 4: limits.maximumArenaBytes = 4096
  case 5:
    limits.arenaBaseBytes = 256
    limits.arenaBytesPerWireByte = 4
  default: break
  }
  return limits
}

/// A packed list of numbers that is large enough to be lifted, as a field of a number from the
/// input's choice; its length may be no multiple of its element's.
private func largeList(_ type: UInt8, _ input: inout FuzzBytes) -> [UInt8] {
  let numbers: [UInt8] = type % 8 == 2 ? [21, 22, 29, 30, 31, 32] : [2, 8]
  let number = UInt32(input.pick(numbers))
  let count = LiftedList.minimumBytes - 16 + Int(input.byte() & 31)
  let tag = number << 3 | 2
  var bytes = tag < 0x80 ? [UInt8(tag)] : [UInt8(tag & 0x7F) | 0x80, UInt8(tag >> 7)]
  bytes += [UInt8(count & 0x7F) | 0x80, UInt8(count >> 7 & 0x7F) | 0x80, UInt8(count >> 14)]
  return bytes + [UInt8](repeating: input.byte(), count: count)
}

enum ScannerChecks<Message: CBackedMessage> {
  static func check(_ input: [UInt8], _ limits: DecodeLimits) {
    // A block of exactly this size, so that a read past the message is one past the block.
    let bytes = Bytes(input)
    let arena = Arena(chunkBytes: 1024)
    let budget = limits.arenaBudgetBytes(wireBytes: bytes.count)
    var decoded: Message?
    do throws(DecodeError) {
      decoded = try Message(decoding: bytes, arena: arena, limits: limits)
    } catch {
      require(error.reason != .refused, "protobuf-c refused what the scanner accepted")
      require(!error.description.isEmpty, "an error without a word")
    }
    require(arena.usedBytes <= budget, "\(arena.usedBytes) bytes used of \(budget)")
    besideProtobufC(bytes, limits, isAccepted: decoded != nil)
    guard let decoded else { return }
    roundTrip(decoded)
    _ = decoded.description
  }

  /// The scanner's word about bytes that protobuf-c then reads untouched is protobuf-c's own word.
  private static func besideProtobufC(
    _ bytes: Bytes,
    _ limits: DecodeLimits,
    isAccepted: Bool
  ) {
    let arena = Arena(chunkBytes: 1024)
    let budget = limits.arenaBudgetBytes(wireBytes: bytes.count)
    arena.reset(budgetBytes: budget)
    let scan = Scanner.scan(bytes, Message.schema, arena.state, limits, liftsLists: false)
    let raw = Sandbox.unpacks(
      bytes,
      Message.schema.root.pointee.descriptor,
      budgetBytes: budget
    )
    switch scan {
    case .original:
      switch raw {
      case .message: require(isAccepted, "\(bytes): fit for protobuf-c, yet refused")
      case .refused: require(false, "\(bytes): protobuf-c refuses what the scanner passed")
      // Ours ran out as well: lifted lists alone make it need less.
      case .outOfBudget: require(!isAccepted || bytes.count > 16_000, "ours needs less memory")
      }
    case .compacted, .hasDuplicates:
      // What protobuf-c refuses here was cut out or written anew before it saw it: a field with
      // another wire type, a bool above 1. `refused`, checked above, would say otherwise.
      break
    case .hasSplitList: require(false, "a list was lifted against orders")
    case .failure(let failure):
      // A compacted copy takes more when the large lists stay in it.
      if case .tooLarge = failure.problem { return }
      require(!isAccepted, "\(bytes): a failure that decoding overlooked")
    }
  }

  /// What was decoded is written, read and written again, and stays what it is.
  private static func roundTrip(_ message: Message) {
    let wire = message.encoded()
    let again: Message
    let third: Message
    do throws(DecodeError) {
      var limits = DecodeLimits()
      limits.arenaBaseBytes = 16 << 20
      again = try Message(decoding: wire, arena: Arena(), limits: limits)
      third = try Message(decoding: wire, arena: Arena(), limits: limits)
    } catch {
      return require(false, "what was written is refused: \(error)")
    }
    // Not a number is equal to nothing, so a message with one differs from its like; its bytes
    // are the same.
    require(again.encoded() == wire, "\(message) was written, \(again) came back")
    require(again == message || third != again, "\(message) was written, \(again) is not equal")
    // Written in parts, with slices kept by reference, it is the same.
    let output = ByteOutput(capacity: 64)
    message.withPacked(Arena(chunkBytes: 1024)) { $0.append(to: output) }
    require(output.takeBytes() == wire, "the parts are not the whole")
    // By itself protobuf-c reads what leaves here.
    let raw = Sandbox.unpacks(
      wire,
      Message.schema.root.pointee.descriptor,
      budgetBytes: 64 << 20
    )
    require(raw == .message, "protobuf-c refuses what was written")
  }
}
