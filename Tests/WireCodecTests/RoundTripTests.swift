import CTestProtocols
import Primitives
import TestProtocols
import Testing
import WireCodec

@Suite("Round trips")
struct RoundTripTests {
  @Test("every scalar type survives encoding and decoding")
  func scalars() throws {
    #expect(try Scalars(decoding: Samples.scalars.encoded()) == Samples.scalars)
  }

  @Test("a negative zero loses its sign in a singular field, as protobuf-c leaves it out there")
  func negativeZero() throws {
    func signs(_ message: Scalars) throws -> [FloatingPointSign] {
      let decoded = try Scalars(decoding: message.encoded())
      return [decoded.floatValue.sign, decoded.doubleValue.sign]
    }
    #expect(try signs(Scalars(doubleValue: -0.0, floatValue: -0.0)) == [.plus, .plus])
    #expect(Scalars(doubleValue: -0.0, floatValue: -0.0).encoded().isEmpty)
    #expect(try signs(Scalars(doubleValue: -1, floatValue: -1)) == [.minus, .minus])
    // Lists and oneofs have presence of their own; what others write is read as they wrote it.
    let lists = try Scalars(decoding: Scalars(doubles: [-0.0], floats: [-0.0]).encoded())
    #expect(lists.floats[0].sign == .minus)
    #expect(lists.doubles[0].sign == .minus)
    let choice = try Shapes(decoding: Shapes(choice: .ratio(-0.0)).encoded()).choice
    guard case .ratio(let ratio) = choice else {
      Issue.record("\(String(describing: choice)) is no ratio")
      return
    }
    #expect(ratio.sign == .minus)
    #expect(try Scalars(decoding: [0x15, 0, 0, 0, 0x80]).floatValue.sign == .minus)
  }

  @Test("nesting, oneofs, maps and names that Swift keeps for itself survive")
  func shapes() throws {
    #expect(try Shapes(decoding: Samples.shapes.encoded()) == Samples.shapes)
  }

  @Test("slices survive at every place where they can stand")
  func slices() throws {
    #expect(try Slices(decoding: Samples.slices().encoded()) == Samples.slices())
  }

  @Test("no bytes are the message with all defaults, and the other way round")
  func empty() throws {
    #expect(try Scalars(decoding: Bytes()) == Scalars())
    #expect(Scalars().encoded().isEmpty)
    #expect(try Empty(decoding: Bytes()) == Empty())
  }

  @Test("protobuf-c alone reads what is encoded and writes the same bytes")
  func againstProtobufC() throws {
    let encoded = Samples.scalars.encoded().array
    let message = try #require(
      martlet__testing__v1__scalars__unpack(nil, encoded.count, encoded)
    )
    defer { martlet__testing__v1__scalars__free_unpacked(message, nil) }
    #expect(message.pointee.int64_value == .min)
    #expect(message.pointee.float_value == 3.25)
    #expect(String(cString: message.pointee.string_value) == "größe 🪶")
    #expect(message.pointee.n_floats == 3)
    #expect(message.pointee.sint32_value == .min)
    var packed = [UInt8](
      repeating: 0,
      count: martlet__testing__v1__scalars__get_packed_size(message)
    )
    #expect(martlet__testing__v1__scalars__pack(message, &packed) == encoded.count)
    #expect(packed == encoded)
  }

  @Test("every member of a oneof survives, also with its default value")
  func oneof() throws {
    let choices: [Shapes.Choice] = [
      .number(0), .number(-5), .text(""), .text("t"), .data(Bytes()), .data([1]),
      .message(.init()), .color(.unspecified), .color(.unrecognized(-8)), .flag(false),
      .flag(true), .ratio(0), .ratio(2.5),
    ]
    for choice in choices {
      let message = Shapes(choice: choice)
      #expect(try Shapes(decoding: message.encoded()) == message)
    }
  }

  @Test("appending to an output sends large slices by reference and the same bytes")
  func append() throws {
    let message = Samples.slices()
    let output = ByteOutput()
    let large = try #require(
      { if case .raw(let bytes)? = message.child?.body { bytes } else { nil } }() as Bytes?
    )
    output.append(copying: UnsafeRawBufferPointer(start: nil, count: 0))
    message.withPacked(Arena()) { packed in
      #expect(packed.hasSlices)
      packed.append(to: output)
      #expect(output.count == packed.byteCount)
    }
    var references = 0
    let place = large.withUnsafeBytes { $0.baseAddress }
    output.forEachRun { if $0.baseAddress == place { references += 1 } }
    // `child` and the first of `children` hold equal bytes in blocks of their own.
    #expect(references == 1)
    #expect(output.takeBytes() == message.encoded())
  }

  @Test("a message without large slices goes out as one run")
  func appendSmall() {
    let output = ByteOutput()
    EchoRequest(text: "t", payload: [1, 2, 3]).withPacked(Arena()) { packed in
      #expect(!packed.hasSlices)
      packed.append(to: output)
    }
    var runs = 0
    output.forEachRun { _ in runs += 1 }
    #expect(runs == 1)
    #expect(output.takeBytes() == EchoRequest(text: "t", payload: [1, 2, 3]).encoded())
  }

  @Test("equal maps have equal bytes whatever order their entries came in")
  func mapOrder() {
    let keys = (0..<50).map { "key \($0)" }
    let forward = Dictionary(uniqueKeysWithValues: keys.map { ($0, Int32(1)) })
    var backward: [String: Int32] = [:]
    backward.reserveCapacity(1000)
    for key in keys.reversed() { backward[key] = 1 }
    #expect(Shapes(counts: forward).encoded() == Shapes(counts: backward).encoded())
  }

  @Test("NUL in a text of ours is sent as U+FFFD, which peers accept")
  func nul() throws {
    let sent = EchoRequest(text: "a\0b").encoded()
    #expect(try EchoRequest(decoding: sent).text == "a\u{FFFD}b")
  }

  @Test("one arena serves message after message")
  func arenaReuse() throws {
    let arena = Arena()
    for round in 0..<100 {
      let message = round.isMultiple(of: 2) ? Samples.slices() : Slices(name: "\(round)")
      let bytes = message.withPacked(arena) { packed in
        Bytes(capacity: packed.byteCount) {
          if let start = $0.baseAddress { packed.write(to: start) }
          return packed.byteCount
        }
      }
      #expect(try Slices(decoding: bytes, arena: arena, limits: DecodeLimits()) == message)
    }
  }
}
