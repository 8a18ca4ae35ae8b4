import Glibc
import Primitives
import SecureTransport
import Testing
import Transport

@Suite("Certificates are loaded", .timeLimit(.minutes(5)))
struct ReloadTests {
  @Test("After a reload new connections see the new certificate and old ones go on")
  func reload() async throws {
    let fixture = try Fixture()
    func write(instance: String) throws -> TLSFiles {
      try fixture.files("server", .service(suite: "test", role: "gateway", instance: instance))
    }
    let identity = try TLSIdentity(write(instance: "old"))
    let server = try await fixture.server(identity: identity)
    let first = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    #expect(
      try await first.opened() == .service(suite: "test", role: "gateway", instance: "old")
    )
    _ = try write(instance: "new")
    try identity.reload()
    // One for each loop: contexts are theirs.
    for _ in 0..<4 {
      let next = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
      #expect(
        try await next.opened() == .service(suite: "test", role: "gateway", instance: "new")
      )
    }
    first.send("still here", on: fixture.loop)
    #expect(try await first.bytes(10) == Array("still here".utf8))
    await fixture.end()
  }

  @Test("A reload of bad files names the file and keeps what was there")
  func badReload() async throws {
    let fixture = try Fixture()
    let files = try fixture.files(
      "server",
      .service(suite: "test", role: "gateway", instance: "1")
    )
    let identity = try TLSIdentity(files)
    let server = try await fixture.server(identity: identity)
    let keyPath = try #require(files.privateKey)
    let other = try fixture.authority.issue(CertificateRequest(commonName: "other"))
    try other.write(certificatePath: fixture.folder.file("other.pem"), privateKeyPath: keyPath)
    #expect {
      try identity.reload()
    } throws: { error in
      "\(error)"
        == "\(keyPath): the key does not belong to the certificate \(files.certificateChain ?? "")"
    }
    #expect(identity.generation == 0)
    let client = try fixture.connect(to: server, as: fixture.identity(role: "trainer"))
    _ = try await client.opened()
    await fixture.end()
  }

  @Test("Each thing that can be wrong with a file is named")
  func badFiles() async throws {
    let fixture = try Fixture()
    let good = try fixture.files("good", CertificateRequest(commonName: "good"))
    func write(_ name: String, _ text: String) throws -> String {
      let path = fixture.folder.file(name)
      let file = try #require(fopen(path, "w"))
      fputs(text, file)
      fclose(file)
      return path
    }
    func problem(_ change: (inout TLSFiles) throws -> Void) throws -> String {
      var files = good
      try change(&files)
      do {
        _ = try TLSIdentity(files)
        return "none"
      } catch {
        return "\(error)".replacing(fixture.folder.path + "/", with: "")
      }
    }
    #expect(
      try problem { $0.certificateChain = fixture.folder.file("missing.pem") }
        == "missing.pem: cannot be read: No such file or directory"
    )
    let empty = try write("empty.pem", "")
    #expect(try problem { $0.certificateChain = empty } == "empty.pem: is empty")
    let text = try write("text.pem", "hello")
    #expect(try problem { $0.certificateChain = text } == "text.pem: holds no certificate in PEM")
    #expect(try problem { $0.privateKey = text } == "text.pem: holds no private key in PEM")
    #expect(try problem { $0.authorities = text } == "text.pem: holds no certificate in PEM")
    #expect(try problem { $0.privateKey = nil }.hasPrefix("a certificate needs its private key"))
    let broken = try write(
      "broken.pem",
      "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
    )
    #expect(
      try problem { $0.certificateChain = broken }
        == "broken.pem: certificate 1 in it cannot be read"
    )
    var request = CertificateRequest(commonName: "old")
    request.validUntil = .seconds(-60)
    let old = try fixture.files("old", request)
    #expect(
      try problem { $0 = old }.hasPrefix("old.pem: certificate expired on ")
    )
    request.validFrom = .seconds(3600)
    request.validUntil = .seconds(7200)
    let early = try fixture.files("early", request)
    #expect(try problem { $0 = early }.hasPrefix("early.pem: certificate is not valid before "))
    await fixture.end()
  }

  @Test("A listener without a certificate is refused at once")
  func noCertificate() async throws {
    let fixture = try Fixture()
    let identity = try fixture.anonymousIdentity()
    #expect(throws: TLSConfigurationError.self) {
      try TLSServerTransport(
        loops: fixture.loops,
        listenOn: [],
        identity: identity,
        policy: TLSListenerPolicy(clientCertificate: .required)
      )
    }
    await fixture.end()
  }

  @Test("An authority's files are private, and it signs again once they are loaded")
  func authority() async throws {
    let fixture = try Fixture()
    var status = stat()
    #expect(stat(fixture.folder.file("ca.key"), &status) == 0)
    #expect(status.st_mode & 0o777 == 0o600)
    let loaded = try CertificateAuthority.load(
      certificatePath: fixture.folder.file("ca.pem"),
      privateKeyPath: fixture.folder.file("ca.key")
    )
    let server = try await fixture.server()
    let client = try fixture.connect(to: server, as: fixture.identity(role: "cli", by: loaded))
    _ = try await client.opened()
    #expect(try await server.probe().opened().role == "cli")
    #expect(throws: TLSConfigurationError.self) {
      try loaded.issue(CertificateRequest(commonName: "x", dnsNames: ["a,URI:spiffe://test/b/1"]))
    }
    #expect(throws: TLSConfigurationError.self) {
      try loaded.issue(.service(suite: "test", role: "a/b", instance: "1"))
    }
    let leaf = try fixture.files("leaf", CertificateRequest(commonName: "leaf"))
    #expect(throws: TLSConfigurationError.self) {
      try CertificateAuthority.load(
        certificatePath: #require(leaf.certificateChain),
        privateKeyPath: #require(leaf.privateKey)
      )
    }
    await fixture.end()
  }
}
