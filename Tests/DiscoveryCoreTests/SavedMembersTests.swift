import DiscoveryCore
import Primitives
import Testing

@Suite struct SavedMembersTests {
  private func sample() -> SavedMembers {
    var rich = instance("b", generation: .max, update: 300, condition: .draining, weight: 10_000)
    rich.zone = "rack-1"
    rich.labels = ["gpu": "grün", "a": ""]
    rich.attributes = ["models": Bytes([0, 255, 10]), "empty": Bytes()]
    if let second = InstanceAddress("[::1]:80") { rich.addresses.append(second) }
    return SavedMembers(
      role: "inference",
      members: [
        Member(instance: instance("a"), standing: .listed),
        Member(instance: rich, standing: .quarantined),
      ]
    )
  }

  @Test("What was written is read again, field for field")
  func roundTrip() throws {
    for saved in [sample(), SavedMembers(role: "inference", members: [])] {
      let bytes = saved.encoded()
      #expect(try SavedMembers(decoding: bytes) == saved)
      #expect(saved.encoded() == bytes, "equal members have equal bytes")
    }
  }

  @Test("The format stays what it is: files of this version must be readable for ever")
  func golden() {
    let bytes = SavedMembers(
      role: "r",
      members: [Member(instance: instance("a", role: "r"), standing: .listed)]
    ).encoded()
    let payload: [UInt8] =
      [1, 0x72, 1, 1, 0x61, 1, 0, 0, 0, 1, 13] + Array("10.0.0.1:7000".utf8)
      + [100, 0, 0, 0]
    #expect(bytes.slice(0..<5).array == Array("MTMV".utf8) + [1])
    #expect(bytes.slice(5..<9).array == [UInt8(payload.count), 0, 0, 0])
    #expect(bytes.slice(17..<bytes.count).array == payload)
  }

  @Test("Cut at every byte it is refused as cut short")
  func cutEverywhere() {
    let bytes = sample().encoded()
    for length in 0..<bytes.count {
      #expect(throws: SavedMembersError.cutShort, "\(length) bytes") {
        try SavedMembers(decoding: bytes.slice(0..<length))
      }
    }
  }

  @Test("With any single byte changed it is refused")
  func flippedEverywhere() {
    let bytes = sample().encoded().array
    for position in bytes.indices {
      for mask in [UInt8(1), 0x80, 0xFF] {
        var damaged = bytes
        damaged[position] ^= mask
        #expect(throws: SavedMembersError.self, "byte \(position)") {
          try SavedMembers(decoding: Bytes(damaged))
        }
      }
    }
  }

  @Test("Bytes at the end, another version and other files are told apart")
  func otherFiles() {
    let bytes = sample().encoded().array
    #expect(throws: SavedMembersError.trailingBytes(1)) {
      try SavedMembers(decoding: Bytes(bytes + [0]))
    }
    var newer = bytes
    newer[4] = 2
    #expect(throws: SavedMembersError.unknownVersion(2)) {
      try SavedMembers(decoding: Bytes(newer))
    }
    #expect(throws: SavedMembersError.notThisFormat) {
      try SavedMembers(decoding: Bytes("a text file of some length"))
    }
  }

  /// A file with `payload` and the right length and checksum.
  private func file(_ payload: [UInt8]) -> Bytes {
    var checksum: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in payload { checksum = (checksum ^ UInt64(byte)) &* 0x100_0000_01b3 }
    func little(_ value: UInt64, _ count: Int) -> [UInt8] {
      (0..<count).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
    }
    return Bytes(
      Array("MTMV".utf8) + [1] + little(UInt64(payload.count), 4) + little(checksum, 8) + payload
    )
  }

  @Test("Behind a right checksum every cut and every changed byte is still read safely")
  func malformedPayload() throws {
    let payload = Array(sample().encoded().array.dropFirst(17))
    #expect(try SavedMembers(decoding: file(payload)) == sample())
    for length in 0..<payload.count {
      #expect(throws: SavedMembersError.malformed, "\(length) bytes") {
        try SavedMembers(decoding: file(Array(payload[..<length])))
      }
    }
    var generator = SeededGenerator(seed: 5)
    for _ in 0..<20_000 {
      var damaged = payload
      for _ in 0..<Int.random(in: 1...3, using: &generator) {
        damaged[Int.random(in: 0..<damaged.count, using: &generator)] =
          UInt8.random(in: 0...255, using: &generator)
      }
      guard let read = try? SavedMembers(decoding: file(damaged)) else { continue }
      #expect(
        try SavedMembers(decoding: read.encoded()) == read,
        "what is accepted can be written"
      )
    }
  }

  @Test("Huge counts and lengths, doubled ids and broken limits are refused without allocating")
  func hostilePayloads() {
    let huge: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]
    for payload in [
      huge, [1, 0x72] + huge, [1, 0x72, 1] + huge, [1, 0x72, 1, 1, 0x61, 1, 0, 0, 0] + huge,
      [1, 0x72, 0, 0], [0x81, 0, 0x72, 0],
      [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x7F],
    ] {
      #expect(throws: SavedMembersError.malformed, "\(payload)") {
        try SavedMembers(decoding: file(payload))
      }
    }
    let member = Member(instance: instance("a"), standing: .listed)
    #expect(throws: SavedMembersError.malformed) {
      try SavedMembers(
        decoding: SavedMembers(role: "inference", members: [member, member]).encoded()
      )
    }
    let heavy = Member(instance: instance("a", weight: 10_001), standing: .listed)
    #expect(
      throws: SavedMembersError.invalid(
        InstanceProblem("weight", "is 10001; it must be 0 … 10000")
      )
    ) {
      try SavedMembers(decoding: SavedMembers(role: "inference", members: [heavy]).encoded())
    }
  }
}
