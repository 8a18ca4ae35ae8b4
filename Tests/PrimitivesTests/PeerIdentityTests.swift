import Primitives
import Testing

@Suite struct PeerIdentityTests {
  @Test("A service's URI gives suite, role and instance")
  func service() {
    #expect(
      PeerIdentity(spiffe: "spiffe://martlet.example/model-store/host_1.a")
        == .service(suite: "martlet.example", role: "model-store", instance: "host_1.a")
    )
  }

  @Test(
    "Any other URI names no service",
    arguments: [
      "", "spiffe://", "spiffe://a/b", "spiffe://a/b/c/d", "spiffe://a/b/", "spiffe:///b/c",
      "spiffe://a//c", "https://a/b/c", "SPIFFE://a/b/c", " spiffe://a/b/c", "spiffe://a/b/c ",
      "spiffe://a/b/c%20", "spiffe://a/b/c?x", "spiffe://a/b/c#x", "spiffe://a/b/ç",
      "spiffe://a:1/b/c", "spiffe://u@a/b/c", "spiffe://a/b/..",
      "spiffe://a/./c", "spiffe://../b/c", "spiffe://a/b/" + String(repeating: "x", count: 129),
    ]
  )
  func refused(_ uri: String) {
    #expect(PeerIdentity(spiffe: uri) == nil)
  }

  @Test("A NUL after a good URI spoils it")
  func embeddedNul() {
    #expect(PeerIdentity(spiffe: "spiffe://a/b/c\0") == nil)
    #expect(PeerIdentity(spiffe: "spiffe://a/b/c\0.evil") == nil)
  }

  @Test("Only services and local processes have a role")
  func roles() {
    #expect(PeerIdentity(spiffe: "spiffe://a/b/c")?.role == "b")
    #expect(PeerIdentity.localProcess.role == "local")
    #expect(PeerIdentity.certificate(name: "CN=b").role == nil)
    #expect(PeerIdentity.anonymous.role == nil)
  }
}
