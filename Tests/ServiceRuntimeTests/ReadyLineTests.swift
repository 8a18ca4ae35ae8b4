import Foundation
import ServicePort
import Testing
import Transport

@Suite("The line of a service that listens")
struct ReadyLineTests {
  @Test("it is JSON with the addresses, whatever a socket's path holds")
  func json() throws {
    let line = ReadyLine(
      addresses: [.tcp(host: "::1", port: 7430), .unix(path: "/run/a \"b\"\\\n.sock")],
      metrics: .tcp(host: "127.0.0.1", port: 7431)
    )
    #expect(!line.text.contains("\n"))
    let value = try JSONSerialization.jsonObject(with: Data(line.text.utf8))
    let fields = try #require(value as? [String: Any])
    #expect(Set(fields.keys) == ["addresses", "metrics"])
    let addresses = try #require(fields["addresses"] as? [String])
    #expect(addresses == line.addresses.map { "\($0)" })
    #expect(fields["metrics"] as? String == "127.0.0.1:7431")
  }

  @Test("a door for people is named, and a private port that is not there is null")
  func https() {
    let line = ReadyLine(
      addresses: [.tcp(host: "127.0.0.1", port: 1)],
      https: [.tcp(host: "127.0.0.1", port: 2)],
      metrics: nil
    )
    #expect(
      line.text == #"{"addresses":["127.0.0.1:1"],"https":["127.0.0.1:2"],"metrics":null}"#
    )
  }
}
