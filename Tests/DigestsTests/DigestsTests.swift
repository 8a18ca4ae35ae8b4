import Digests
import Foundation
import Primitives
import Testing

@Suite("Digests")
struct DigestsTests {
  /// FIPS 180-4's examples, by the NIST.
  private static let known: [(String, String)] = [
    ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
    ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
    (
      "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
      "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
    ),
  ]

  @Test("a digest is the one of the standard", arguments: known)
  func standard(_ text: String, _ hex: String) {
    #expect(SHA256Hasher.digest(text).hex == hex)
    #expect(SHA256Hasher.digest(Bytes(text)).description == hex)
  }

  @Test("bytes in any pieces have one digest, and a hasher starts anew")
  func pieces() {
    let bytes = Bytes((0..<1000).map { UInt8(truncatingIfNeeded: $0) })
    let whole = SHA256Hasher.digest(bytes)
    let hasher = SHA256Hasher()
    for cut in [0, 1, 63, 64, 65, 999, 1000] {
      hasher.update(bytes.slice(0..<cut))
      hasher.update(bytes.slice(cut..<1000))
      #expect(hasher.finish() == whole)
    }
  }

  @Test("hexadecimal comes back, in either case, and anything else is none")
  func hex() {
    let digest = SHA256Hasher.digest("abc")
    #expect(SHA256Digest(hex: digest.hex) == digest)
    #expect(SHA256Digest(hex: digest.hex.uppercased()) == digest)
    #expect(SHA256Digest(hex: digest.hex.dropLast()) == nil)
    #expect(SHA256Digest(hex: digest.hex + "0") == nil)
    #expect(SHA256Digest(hex: digest.hex.dropLast() + "g") == nil)
    #expect(SHA256Digest(hex: String(repeating: "+1", count: 32)) == nil)
    #expect(SHA256Digest(digest.bytes) == digest)
    #expect(SHA256Digest(digest.bytes.dropLast()) == nil)
  }

  @Test("digests that differ anywhere are unequal, also in constant time")
  func comparison() throws {
    let digest = SHA256Hasher.digest("abc")
    #expect(digest.isEqualInConstantTime(to: digest))
    for index in 0..<32 {
      var bytes = digest.bytes
      bytes[index] ^= 1
      let other = try #require(SHA256Digest(bytes))
      #expect(!digest.isEqualInConstantTime(to: other))
      #expect(digest != other)
    }
  }

  @Test("a file's digest is that of its bytes, also when it has more than a buffer")
  func files() throws {
    let url = FileManager.default.temporaryDirectory
      .appending(path: "martlet-digest-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: url) }
    for count in [0, 1, 1000, 1001, 10_000] {
      let bytes = Bytes((0..<count).map { UInt8(truncatingIfNeeded: $0 &* 7) })
      try Data(bytes.array).write(to: url)
      let (digest, byteCount) = try FileDigest.sha256(path: url.path, bufferBytes: 1000)
      #expect(digest == SHA256Hasher.digest(bytes))
      #expect(byteCount == UInt64(count))
    }
  }

  @Test("a file that cannot be read is named, a folder too")
  func unreadable() {
    let missing = #expect(throws: FileReadError.self) {
      try FileDigest.sha256(path: "/nowhere/at/all")
    }
    #expect(missing?.description.contains("/nowhere/at/all") == true)
    #expect(throws: FileReadError.self) { try FileDigest.sha256(path: "/") }
  }

  @Test("chance does not repeat itself")
  func chance() {
    #expect(SecureRandom.bytes(count: 32) != SecureRandom.bytes(count: 32))
    #expect(SecureRandom.bytes(count: 0).isEmpty)
  }
}
