import Testing

@testable import ProtocolGenerator

@Suite("Comparing with the release")
struct CompatibilityTests {
  private static let released: ProtoFile = {
    let message = ProtoMessage(
      name: "M",
      fullName: "p.M",
      fields: [
        ProtoField(name: "a", number: 1, kind: .int32),
        ProtoField(name: "b", number: 2, kind: .string, oneofIndex: 0),
        ProtoField(name: "c", number: 3, kind: .message, typeName: "p.M.Inner"),
      ],
      oneofs: ["choice"],
      messages: [
        ProtoMessage(
          name: "Inner",
          fullName: "p.M.Inner",
          fields: [ProtoField(name: "x", number: 1, kind: .bool)]
        )
      ],
      reservedNumbers: [9..<11],
      reservedNames: ["old"]
    )
    let value = ProtoEnum(
      name: "E",
      fullName: "p.E",
      values: [.init(name: "ZERO", number: 0), .init(name: "ONE", number: 1)]
    )
    let service = ProtoService(
      name: "S",
      fullName: "p.S",
      methods: [ProtoMethod(name: "Do", input: "p.M", output: "p.M")]
    )
    return ProtoFile(
      name: "p.proto",
      package: "p",
      syntax: "proto3",
      messages: [message],
      enums: [value],
      services: [service]
    )
  }()

  typealias Change = @Sendable (inout ProtoFile) -> Void

  static let table: [(Change, [String])] = [
    ({ _ in }, []),
    ({ $0.messages[0].fields.append(ProtoField(name: "d", number: 4)) }, []),
    ({ $0.services[0].methods.append(ProtoMethod(name: "More")) }, []),
    ({ $0.enums[0].values.append(.init(name: "TWO", number: 2)) }, []),
    (
      { $0.messages[0].fields.remove(at: 0) },
      [
        "p.M.a: removed, and its number 1 is not reserved",
        "p.M.a: removed, and its name is not reserved",
      ]
    ),
    (
      {
        $0.messages[0].fields.remove(at: 0)
        $0.messages[0].reservedNumbers.append(1..<2)
      }, ["p.M.a: removed, and its name is not reserved"]
    ),
    (
      {
        $0.messages[0].fields.remove(at: 0)
        $0.messages[0].reservedNumbers.append(1..<2)
        $0.messages[0].reservedNames.append("a")
      }, []
    ),
    ({ $0.messages[0].fields[0].number = 7 }, ["p.M.a: number changed from 1 to 7"]),
    (
      { $0.messages[0].fields[0].name = "z" },
      ["p.M.a: number 1 is now z; names are kept"]
    ),
    ({ $0.messages[0].fields[0].kind = .int64 }, ["p.M.a: type changed from int32 to int64"]),
    (
      { $0.messages[0].fields[2].typeName = "p.Other" },
      ["p.M.c: type changed from p.M.Inner to p.Other"]
    ),
    ({ $0.messages[0].fields[0].isRepeated = true }, ["p.M.a: became repeated"]),
    (
      { $0.messages[0].fields[1].oneofIndex = nil },
      ["p.M.b: moved from oneof choice to no oneof"]
    ),
    ({ $0.messages[0].messages = [] }, ["p.M.Inner: message was removed"]),
    (
      { $0.messages[0].messages[0].fields[0].kind = .int32 },
      ["p.M.Inner.x: type changed from bool to int32"]
    ),
    ({ $0.messages[0].reservedNames = [] }, ["p.M: the name old is no longer reserved"]),
    (
      { $0.messages[0].reservedNumbers = [9..<10] },
      ["p.M: the number 10 is no longer reserved"]
    ),
    ({ $0.messages[0].reservedNumbers = [9..<10, 10..<11] }, []),
    ({ $0.enums = [] }, ["p.E: enum was removed"]),
    (
      { $0.enums[0].values.remove(at: 1) },
      [
        "p.E.ONE: removed, and its number 1 is not reserved",
        "p.E.ONE: removed, and its name is not reserved",
      ]
    ),
    ({ $0.enums[0].values[1].number = 5 }, ["p.E.ONE: number changed from 1 to 5"]),
    ({ $0.services = [] }, ["p.S: service was removed"]),
    ({ $0.services[0].methods = [] }, ["p.S/Do: method was removed"]),
    (
      { $0.services[0].methods[0].input = "p.E" }, ["p.S/Do: request changed from p.M to p.E"]
    ),
    (
      { $0.services[0].methods[0].output = "p.E" }, ["p.S/Do: response changed from p.M to p.E"]
    ),
    (
      { $0.services[0].methods[0].isServerStreaming = true }, ["p.S/Do: the kind of call changed"]
    ),
  ]

  @Test("names each change that breaks a released peer, and no other", arguments: table.indices)
  func namesBreaks(index: Int) {
    let (change, expected) = CompatibilityTests.table[index]
    var new = CompatibilityTests.released
    change(&new)
    #expect(Compatibility.breaks(from: [CompatibilityTests.released], to: [new]) == expected)
  }

  @Test("a file may move its messages to another file of the package")
  func moved() {
    var first = CompatibilityTests.released
    var second = CompatibilityTests.released
    second.name = "q.proto"
    first.messages = []
    second.enums = []
    second.services = []
    #expect(Compatibility.breaks(from: [CompatibilityTests.released], to: [first, second]).isEmpty)
  }
}
