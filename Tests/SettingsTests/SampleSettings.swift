import Settings
import Transport

enum Mode: String, CaseIterable, Sendable { case fast, careful }

/// A declaration with one setting of every type.
enum Sample {
  static let address = Setting(
    "listen.address",
    .address,
    default: .tcp(host: "127.0.0.1", port: 7000),
    doc: "where calls arrive"
  )
  static let peers = Setting("listen.peers", .addresses(count: 0...3), default: [], doc: "peers")
  static let drain = Setting(
    "drain.timeout",
    .duration(.seconds(1)...(.seconds(600))),
    default: .seconds(30),
    doc: "how long calls may finish"
  )
  static let cache = Setting(
    "cache.size",
    .byteCount(0...(1 << 40)),
    default: 64 << 20,
    doc: "memory for blobs"
  )
  static let workers = Setting(
    "worker-count",
    .integer(1...64, unit: "threads"),
    default: 2,
    doc: "workers"
  )
  static let ratio = Setting("ratio", .number(0...1), default: 0.25, doc: "share")
  static let verbose = Setting("verbose", .bool, default: false, doc: "says more")
  static let mode = Setting("mode", .choice, default: Mode.fast, doc: "how it works")
  static let name = Setting(required: "name", .text(), doc: "the instance's name")
  static let token = Setting(
    "registry.token",
    SettingType<Secret>.secret.optional,
    default: nil,
    doc: "registry password"
  )
  static let directory = Setting(
    "directory",
    SettingType<String>.path.optional,
    default: nil,
    doc: "where files are kept"
  )

  static let all: [any AnySetting] = [
    address, peers, drain, cache, workers, ratio, verbose, mode, name, token, directory,
  ]

  static let declaration = SettingsDeclaration(
    service: "model-store",
    about: "keeps models",
    version: "1.2.3",
    settings: all,
    commands: [SettingsCommand("worker", doc: "runs one worker")],
    checks: [
      SettingsCheck(at: "worker-count") { settings in
        settings[mode] == .careful && settings[workers] > 8
          ? "at most 8 in mode careful; lower it or set mode fast" : nil
      }
    ]
  )

  static func sources(
    _ arguments: [String] = [],
    environment: [String: String] = [:],
    files: [String: String] = [:]
  ) -> SettingsSources {
    SettingsSources(arguments: arguments, environment: environment) {
      path throws(FileReadFailure) in
      guard let text = files[path] else { throw FileReadFailure(errno: 2) }
      return Array(text.utf8)
    }
  }

  static func resolve(
    _ arguments: [String] = [],
    environment: [String: String] = [:],
    file: String? = nil,
    files: [String: String] = [:]
  ) throws -> ResolvedSettings {
    var files = files
    var arguments = arguments
    if let file {
      files["s.yaml"] = file
      arguments += ["--config", "s.yaml"]
    }
    let request = try declaration.request(
      from: sources(arguments, environment: environment, files: files)
    )
    guard case .run(let resolved) = request else { throw Unexpected() }
    return resolved
  }

  static func printed(_ arguments: [String], file: String? = nil) throws -> String {
    let files = file.map { ["s.yaml": $0] } ?? [:]
    let more = file == nil ? [] : ["--config", "s.yaml"]
    let request = try declaration.request(from: sources(arguments + more, files: files))
    guard case .print(let text) = request else { throw Unexpected() }
    return text
  }

  /// The problems that these sources have, one text each.
  static func problems(
    _ arguments: [String] = [],
    environment: [String: String] = [:],
    file: String? = nil,
    files: [String: String] = [:]
  ) -> [String] {
    do {
      _ = try resolve(
        ["--name", "a"] + arguments,
        environment: environment,
        file: file,
        files: files
      )
      return []
    } catch let error as SettingsError {
      return error.problems.map(\.description)
    } catch {
      return ["unexpected: \(error)"]
    }
  }

  struct Unexpected: Error {}
}
