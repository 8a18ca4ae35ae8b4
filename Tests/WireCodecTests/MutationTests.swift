import Primitives
import TestProtocols
import Testing
import WireCodec

/// Random damage to valid messages. What the scanner lets through, protobuf-c must unpack, and the
/// value must encode and decode to itself.
@Suite("Damaged messages")
struct MutationTests {
  private static let rounds = 4_000

  private func mutate(_ bytes: [UInt8], _ random: inout SeededGenerator) -> Bytes {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...4, using: &random) {
      guard !bytes.isEmpty else { break }
      let place = Int.random(in: 0..<bytes.count, using: &random)
      switch Int.random(in: 0..<6, using: &random) {
      case 0: bytes[place] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[place] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes.remove(at: place)
      case 3: bytes.insert(UInt8.random(in: 0...255, using: &random), at: place)
      case 4: bytes.removeSubrange(place...)
      default:
        let end = min(bytes.count, place + Int.random(in: 1...32, using: &random))
        bytes.insert(
          contentsOf: bytes[place..<end],
          at: Int.random(in: 0...bytes.count, using: &random)
        )
      }
    }
    return Bytes(bytes)
  }

  private func check<Message: WireMessage>(_ sample: Message, seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let valid = sample.encoded().array
    let arena = Arena()
    var accepted = 0
    for round in 0..<MutationTests.rounds {
      let damaged = mutate(valid, &random)
      do throws(DecodeError) {
        let message = try Message(decoding: damaged, arena: arena, limits: DecodeLimits())
        accepted += 1
        // Compared as text, in which NaN equals itself.
        let again = try Message(decoding: message.encoded())
        #expect(again.encoded() == message.encoded(), "seed \(seed) round \(round)")
      } catch {
        #expect(error.reason != .refused, "seed \(seed) round \(round): \(damaged.array)")
      }
    }
    // A mutator that breaks everything, or nothing, tests nothing.
    #expect(accepted > 0 && accepted < MutationTests.rounds, "seed \(seed)")
  }

  @Test("of scalars", arguments: [1, 2] as [UInt64])
  func scalars(seed: UInt64) throws { try check(Samples.scalars, seed: seed) }

  @Test("of nested messages, maps and oneofs", arguments: [3, 4] as [UInt64])
  func shapes(seed: UInt64) throws { try check(Samples.shapes, seed: seed) }

  @Test("of slices", arguments: [5, 6] as [UInt64])
  func slices(seed: UInt64) throws {
    var sample = Samples.slices(depth: 1)
    sample.body = .raw(Bytes([UInt8](repeating: 3, count: 20)))
    try check(sample, seed: seed)
  }

  @Test("an arena that runs out at any allocation is a clean error")
  func budgets() throws {
    let bytes = Samples.shapes.encoded()
    let arena = Arena()
    var limits = DecodeLimits()
    var failures = 0
    for budget in 0..<6_000 {
      limits.maximumArenaBytes = budget
      do throws(DecodeError) {
        let message = try Shapes(decoding: bytes, arena: arena, limits: limits)
        #expect(message == Samples.shapes)
      } catch {
        failures += 1
        #expect(error.reason == .tooLarge(arenaBudgetBytes: budget))
      }
    }
    #expect(failures > 500 && failures < 6_000)
  }
}
