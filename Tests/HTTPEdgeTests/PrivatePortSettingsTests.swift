import HTTPEdge
import Settings
import Testing
import Transport

@Suite("Where the private port may listen")
struct PrivatePortSettingsTests {
  static let port = PrivatePortSettings(defaultAddress: .tcp(host: "127.0.0.1", port: 9000))
  static let declaration = SettingsDeclaration(
    service: "x",
    about: "x",
    version: "1",
    settings: port.all,
    checks: port.checks
  )

  static func resolve(_ arguments: [String]) throws(SettingsError) -> SettingsRequest {
    try declaration.request(from: SettingsSources(arguments: arguments, environment: [:]))
  }

  @Test(
    "addresses of this host are accepted",
    arguments: ["127.0.0.1:1", "127.9.9.9:1", "[::1]:1", "localhost:1", "unix:/run/x"]
  )
  func local(address: String) throws { _ = try Self.resolve(["--private-address", address]) }

  @Test(
    "others are refused with the way out, and accepted when allowed",
    arguments: [
      "0.0.0.0:1", "[::]:1", "10.0.0.1:1", "example.org:1", "127.0.0.1.evil:1", "127.0.0:1",
      "127.1:1", "localhost.evil:1",
    ]
  )
  func remote(address: String) throws {
    let error = #expect(throws: SettingsError.self) {
      try Self.resolve(["--private-address", address])
    }
    #expect(error?.problems.count == 1)
    #expect(error?.description.contains("private.allow-remote") == true)
    _ = try Self.resolve(["--private-address", address, "--private-allow-remote"])
  }
}
