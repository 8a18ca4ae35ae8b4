import Foundation
import Primitives
import Settings
import Testing

@Suite("Help and printed configuration")
struct PrintingTests {
  @Test("help names every setting with type, default, unit and environment name")
  func help() throws {
    let text = try Sample.printed(["--help"])
    for setting in Sample.all where !setting.isSecret {
      #expect(text.contains("--\(setting.key.replacing(".", with: "-"))"), "\(setting.key)")
      #expect(text.contains(setting.doc))
      #expect(text.contains(Sample.declaration.environmentName(setting.key)))
    }
    #expect(text.contains("default 64MiB") && text.contains("default 30s"))
    #expect(text.contains("--verbose, --no-verbose"))
    #expect(
      text.contains("--registry-token-file PATH") && !text.contains("--registry-token SECRET")
    )
    #expect(text.contains("worker\n      runs one worker"))
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 160 })
  }

  @Test("help and version win over problems")
  func helpWins() throws {
    #expect(try Sample.printed(["--nonsense", "-h"]).hasPrefix("model-store: keeps models"))
    #expect(try Sample.printed(["--version", "--ratio", "7"]) == "model-store 1.2.3\n")
  }

  @Test("printed configuration shows origins and hides secrets")
  func origins() throws {
    let request = try Sample.declaration.request(
      from: Sample.sources(
        ["--print-config", "--ratio", "0.5", "--config", "s.yaml"],
        environment: ["MARTLET_MODEL_STORE_REGISTRY_TOKEN": "s3cret"],
        files: ["s.yaml": "\nname: x\n"]
      )
    )
    guard case .print(let text) = request else { throw Sample.Unexpected() }
    #expect(text.contains(/ratio: 0.5 +# --ratio\n/))
    #expect(text.contains(/name: x +# s.yaml:2\n/))
    #expect(text.contains(/# registry.token: hidden +# MARTLET_MODEL_STORE_REGISTRY_TOKEN\n/))
    #expect(text.contains(/drain.timeout: 30s +# default\n/))
    #expect(!text.contains("s3cret"))
  }

  @Test("printed configuration, read back as the file, gives the same values")
  func roundTrip() throws {
    let seed: UInt64 = 20_260_722
    var random = SeededGenerator(seed: seed)
    let pieces = ["a", ":", " ", "#", "\"", "\\", "é", "'", "- ", "{", "~", "null", "*", "&", "0"]
    for _ in 0..<200 {
      let count = Int.random(in: 1...6, using: &random)
      let name = (0..<count).map { _ in pieces.randomElement(using: &random) ?? "" }.joined()
      let workers = Int.random(in: 1...8, using: &random)
      let nanoseconds = Int64.random(in: 1_000_000_000...600_000_000_000, using: &random)
      let arguments = [
        "--name=\(name)", "--worker-count", "\(workers)", "--drain-timeout", "\(nanoseconds)ns",
        "--cache-size", "\(Int.random(in: 0...(1 << 40), using: &random))B",
        "--ratio", "\(Double.random(in: 0...1, using: &random))", "--listen-peers", "a:1,[::1]:2",
        "--mode", "careful", "--verbose", "--directory", "/x y/#z",
      ]
      let direct = try Sample.resolve(arguments)
      let again = try Sample.resolve(file: Sample.printed(arguments + ["--print-config"]))
      #expect(direct[Sample.name] == again[Sample.name], "seed \(seed)")
      #expect(direct[Sample.workers] == again[Sample.workers], "seed \(seed)")
      #expect(direct[Sample.drain] == again[Sample.drain], "seed \(seed)")
      #expect(direct[Sample.cache] == again[Sample.cache], "seed \(seed)")
      #expect(direct[Sample.ratio] == again[Sample.ratio], "seed \(seed)")
      #expect(direct[Sample.peers] == again[Sample.peers], "seed \(seed)")
      #expect(direct[Sample.directory] == again[Sample.directory], "seed \(seed)")
      #expect(again[Sample.mode] == .careful && again[Sample.verbose], "seed \(seed)")
    }
  }

  @Test("JSON output parses and carries values, lists, origins and nothing secret")
  func json() throws {
    let request = try Sample.declaration.request(
      from: Sample.sources(
        ["--print-config", "--output", "json", "--name", "a", "--listen-peers", "a:1"],
        environment: ["MARTLET_MODEL_STORE_REGISTRY_TOKEN": "s3cret"]
      )
    )
    guard case .print(let text) = request else { throw Sample.Unexpected() }
    #expect(!text.contains("s3cret"))
    let root = try #require(
      try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    )
    let settings = try #require(root["settings"] as? [[String: Any]])
    #expect(settings.count == Sample.declaration.settings.count)
    let peers = try #require(settings.first { $0["key"] as? String == "listen.peers" })
    #expect(peers["values"] as? [String] == ["a:1"])
    #expect(peers["origin"] as? String == "--listen-peers")
  }
}
