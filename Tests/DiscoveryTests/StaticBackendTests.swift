import Discovery
import DiscoveryCore
import Foundation
import Settings
import Synchronization
import Testing

@Suite("Instances that a person wrote down") struct StaticBackendTests {
  /// A folder for one test.
  static func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = FileManager.default.temporaryDirectory
      .appending(path: "discovery-\(UUID().uuidString)").path()
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try await body(folder)
  }

  static func write(_ text: String, _ file: String) throws {
    try text.write(toFile: file, atomically: true, encoding: .utf8)
  }

  @Test("a file is followed over reloads, and one that makes no sense changes nothing")
  func reloads() async throws {
    try await Self.withFolder { folder in
      let file = folder + "/instances"
      try Self.write("echo a 10.0.0.1:1\necho b 10.0.0.2:1\n", file)
      let backend = try StaticBackend(file: file, logger: quietLogger)
      let seen = Mutex<[String]>([])
      let following = Task {
        await backend.follow("echo") { update in
          seen.withLock { seen in
            for change in update.changes {
              switch change {
              case .added(let instance): seen.append("+\(instance.key.id)")
              case .removed(let key): seen.append("-\(key.id)")
              case .updated, .quarantined, .cleared: seen.append("?")
              }
            }
          }
        }
      }
      try await eventually("the file is known") { seen.withLock { $0 } == ["+a", "+b"] }
      try Self.write("echo b 10.0.0.2:1\nother x 10.0.0.4:1\necho c 10.0.0.3:1\n", file)
      try backend.reload()
      #expect(seen.withLock { $0 } == ["+a", "+b", "-a", "+c"])
      try Self.write("echo b\n", file)
      let error = #expect(throws: StaticFileError.self) { try backend.reload() }
      #expect(error?.description.contains("line 1 has 2 of the three fields") == true)
      #expect(error?.description.contains(file) == true)
      #expect(seen.withLock { $0 } == ["+a", "+b", "-a", "+c"])
      following.cancel()
      await following.value
    }
  }

  @Test("a file that is not there is named")
  func namesMissing() throws {
    let error = #expect(throws: StaticFileError.self) {
      try StaticBackend(file: "/nowhere/instances", logger: quietLogger)
    }
    #expect(
      error?.description
        == "the list of instances /nowhere/instances cannot be opened; does it exist?"
    )
  }

  @Test(
    "a setting reads several roles and writes what it reads",
    arguments: [
      "inference=10.0.0.5:7443,[fd00::6]:7443",
      "inference=10.0.0.5:7443;model-store=unix:/run/store",
    ]
  )
  func setting(_ text: String) throws {
    let setting = Setting(
      "discovery.instances",
      SettingType<StaticList>.staticList.optional,
      default: nil,
      doc: "x"
    )
    let value = try setting.read(.text(text))
    #expect(value.raw == .text(text))
  }

  @Test(
    "a setting refuses what it cannot read, and says the form",
    arguments: [
      "", "inference", "inference=", "=1.2.3.4:1", "a=1.2.3.4:1;", "a=1.2.3.4:1;a=1.2.3.4:1",
    ]
  )
  func settingRefuses(_ text: String) throws {
    let error = #expect(throws: SettingRejection.self) {
      try Setting(required: "discovery.instances", SettingType<StaticList>.staticList, doc: "x")
        .read(.text(text))
    }
    #expect(error?.reason.contains("ROLE=ADDRESS") == true)
  }
}
