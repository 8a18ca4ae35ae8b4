import DiscoveryCore
import Foundation
import Primitives
import Protocols
import RPC
import Testing
import WireCodec

@testable import Discovery

@Suite("What goes over the wire and to disk") struct CodingTests {
  static func instances(_ count: Int, attributeBytes: Int) -> [Instance] {
    (0..<count).map { number in
      var instance = World.instance(InstanceKey(role: "echo", id: "i\(100_000 + number)"))
      instance.attributes["models"] = Bytes(repeatElement(UInt8(7), count: attributeBytes))
      instance.labels["gpu"] = "no"
      instance.zone = "rack-1"
      instance.weight = number % 7
      instance.condition = number % 3 == 0 ? .draining : .serving
      return instance
    }
  }

  @Test(
    "a list of any size travels in bounded pages and arrives as it was",
    arguments: [
      (0, 0), (1, 16_000), (512, 0), (513, 0), (300, 15_000),
    ]
  )
  func pages(_ count: Int, _ attributeBytes: Int) throws {
    let snapshot = Snapshot(
      role: "echo",
      position: Position(epoch: 5, revision: 9),
      authority: .settled,
      instances: Self.instances(count, attributeBytes: attributeBytes)
    )
    var assembly = ListAssembly(role: "echo", memberLimit: 10_000)
    var arrived: Snapshot?
    for page in snapshot.pages {
      #expect(arrived == nil)
      #expect(page.instances.count <= 512)
      let bytes = page.encoded()
      #expect(bytes.count < 512 * 1024)
      let decoded = try InstanceListPage(decoding: bytes)
      arrived = try assembly.add(decoded) { Issue.record("\($0)") }
    }
    #expect(arrived == snapshot)
  }

  @Test("changes of any size travel in bounded messages that follow each other without a gap")
  func parts() throws {
    let deltas = Self.instances(100, attributeBytes: 15_000).enumerated().map { offset, instance in
      switch offset % 10 {
      case 3: Delta(revision: UInt64(10 + 2 * offset), change: .departed(instance.key))
      case 5: Delta(revision: UInt64(10 + 2 * offset), change: .expired(instance.key))
      default: Delta(revision: UInt64(10 + 2 * offset), change: .put(instance))
      }
    }
    let batch = DeltaBatch(epoch: 5, after: 9, upTo: 400, deltas: deltas)
    var position: UInt64 = 9
    var arrived: [Delta] = []
    let parts = batch.parts
    #expect(parts.count > 1)
    for part in parts {
      let bytes = part.encoded()
      #expect(bytes.count < 512 * 1024)
      let decoded = DeltaBatch(
        try InstanceChangeBatch(decoding: bytes),
        role: "echo",
        problem: { Issue.record("\($0)") }
      )
      #expect(decoded.after == position)
      position = decoded.upTo
      arrived += decoded.deltas
    }
    #expect(position == 400)
    #expect(arrived == deltas)
  }

  @Test("pages of two lists are refused, and senseless instances are left out")
  func badPages() throws {
    var assembly = ListAssembly(role: "echo", memberLimit: 10)
    var problems: [InstanceProblem] = []
    let first = InstanceListPage(
      position: RegistryPosition(epoch: 1, revision: 1),
      instances: [
        InstanceDescription(role: "echo", id: "a b", addresses: ["h:1"]),
        InstanceDescription(role: "other", id: "a", addresses: ["h:1"]),
        InstanceDescription(role: "echo", id: "a", addresses: ["h"]),
      ]
    )
    #expect(try assembly.add(first) { problems.append($0) } == nil)
    #expect(problems.map(\.field) == ["id", "role", "addresses"])
    let second = InstanceListPage(position: RegistryPosition(epoch: 1, revision: 2), isLast: true)
    let error = #expect(throws: RPCError.self) { try assembly.add(second) { _ in } }
    #expect(error?.message.contains("not of one list") == true)
  }

  static let refusals: [RegistryError] = [
    .notAService,
    .wrongSuite(presented: "a", expected: "b"),
    .wrongIdentity(
      presented: InstanceKey(role: "r", id: "1"),
      claimed: InstanceKey(role: "r", id: "2")
    ),
    .invalid(InstanceProblem("weight", "is -1")),
    .tooManyInstances(limit: 1),
    .tooManyRoles(limit: 2),
    .tooManyWatchers(limit: 3),
    .tooManyBytes(limit: 4),
    .superseded(byGeneration: .max),
    .outdated(currentUpdate: 5),
    .unknownLease,
    .departed,
  ]

  @Test("each refusal arrives as it was given, with its words", arguments: refusals)
  func refusal(_ refusal: RegistryError) {
    let error = RPCError(refusal)
    #expect(error.registryError == refusal)
    #expect(error.message == refusal.description)
    #expect(error.code != .ok && error.code != .unavailable)
  }

  @Test("saved members are replaced as a whole, and a file cut anywhere is refused in words")
  func savedFile() async throws {
    try await StaticBackendTests.withFolder { folder in
      let file = try #require(SavedMembersFile(folder: folder + "/new", role: "echo"))
      #expect(try file.read() == nil)
      for count in [5, 2] {
        let members = Self.instances(count, attributeBytes: 20)
          .map { Member(instance: $0, standing: .listed) }
        let saved = SavedMembers(role: "echo", members: members)
        try file.write(saved)
        #expect(try file.read() == saved)
      }
      let names = try FileManager.default.contentsOfDirectory(atPath: folder + "/new")
      #expect(names == ["echo.members"])
      let whole = try Data(contentsOf: URL(filePath: file.path))
      for count in 0..<whole.count {
        try whole.prefix(count).write(to: URL(filePath: file.path))
        let error = #expect(throws: SavedMembersFileError.self) { try file.read() }
        #expect(error?.description == "\(file.path) is cut short")
      }
    }
  }

  @Test("a role that makes no file name has no file", arguments: ["", "a/b", "..x/", "é"])
  func noFile(_ role: String) {
    #expect(SavedMembersFile(folder: "/nowhere", role: role) == nil)
  }
}
