import DurableFiles
import Primitives
import Testing

@testable import Commands

@Suite("What `up` was asked for")
struct UpSettingsTests {
  /// A folder of state beside a folder of executables.
  private func settings(
    _ folder: String,
    _ said: UpWishes = UpWishes(),
    keeps: Bool = true
  ) throws -> UpSettings {
    let bin = "\(folder)/bin"
    try Folder.make(bin, makingParents: true)
    for role in Set(ServiceSuite.instances.map(\.role)) {
      try SmallFile.replace("\(bin)/\(role)", with: [], mode: 0o700)
    }
    let layout = StateLayout("\(folder)/state")
    try layout.make(layout.folder)
    let settings = try UpSettings(layout, bin: bin, said: said)
    if keeps { try RecordFile.write(settings.wishes, layout.wishes) }
    return settings
  }

  @Test("nobody said anything: the ports that people know")
  func defaults() throws {
    try TemporaryFolder.with { folder in
      let settings = try settings(folder)
      #expect(settings.nativePort == 7443 && settings.httpsPort == 8443)
    }
  }

  @Test("what was said once holds for the next `up`, until something else is said")
  func remembered() throws {
    try TemporaryFolder.with { folder in
      let engine = "\(folder)/engine"
      try Folder.make(engine)
      let first = try settings(folder, UpWishes(httpsPort: 0, engine: engine))
      #expect(first.httpsPort == 0 && first.engine == engine && first.warnings.isEmpty)
      let second = try settings(folder, UpWishes(nativePort: 9000))
      #expect(second.httpsPort == 0 && second.nativePort == 9000 && second.engine == engine)
      let third = try settings(folder, UpWishes(httpsPort: 9443))
      #expect(third.httpsPort == 9443 && third.nativePort == 9000)
    }
  }

  @Test("without an engine there is a warning; one that has gone is warned of, not forgotten")
  func engine() throws {
    try TemporaryFolder.with { folder in
      #expect(try settings(folder).warnings.map { $0.hasPrefix("no engine") } == [true])
      let engine = "\(folder)/engine"
      try Folder.make(engine)
      _ = try settings(folder, UpWishes(engine: engine))
      try Folder.remove(engine)
      let after = try settings(folder)
      #expect(after.engine == nil && after.warnings.first?.contains(engine) == true)
      try Folder.make(engine)
      #expect(try settings(folder).engine == engine)
      try Folder.remove(engine)
      let error = #expect(throws: CommandError.self) {
        try settings(folder, UpWishes(engine: engine))
      }
      #expect(error?.exit == .notFound)
    }
  }
}
