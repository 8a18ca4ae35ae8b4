import Discovery
import DiscoveryCore
import Testing

@Suite("What exactly a host serves")
struct ServingKeyTests {
  private static let id = "0192a000-0000-7000-8000-000000000001"

  private func copy(
    _ account: String = "acme",
    _ endpoint: String = "mpg",
    _ variant: String = "main",
    _ model: String = "cars",
    _ version: UInt32 = 3
  ) -> ServingKey {
    ServingKey(
      copyFor: account,
      endpoint: endpoint,
      variant: variant,
      model: model,
      version: version
    )
  }

  @Test("a replica is its endpoint's id and variant, and is read back")
  func replicas() {
    let key = ServingKey(replicaOf: ServingKeyTests.id, variant: "main")
    #expect(key.text == "replicas/\(ServingKeyTests.id)/main" && key.kind == .replica)
    #expect(ServingKey(key.text) == key)
  }

  @Test("a copy's key differs with each thing that makes it another copy")
  func copies() {
    let key = copy()
    #expect(key.text == "copies/mpg/1bcfa84b54828f6c838f27c8bcab1d1a" && key.kind == .copy)
    #expect(ServingKey(key.text) == key)
    let others = [
      copy("other"), copy("acme", "mpg2"), copy("acme", "mpg", "b"),
      copy("acme", "mpg", "main", "bikes"), copy("acme", "mpg", "main", "cars", 4),
      // The same letters, parted elsewhere.
      copy("acme", "mpg", "main", "car", 3), copy("acme", "mpg", "mainc", "ars", 3),
    ]
    #expect(Set(others + [key]).count == others.count + 1)
  }

  @Test("the longest names fit what the registry takes, and a call's target")
  func limits() {
    let longest = "a" + String(repeating: "-", count: 126) + "b"
    #expect(longest.utf8.count == 128)
    for key in [
      copy(longest, longest, longest, longest, .max),
      ServingKey(replicaOf: ServingKeyTests.id, variant: longest),
    ] {
      #expect(key.text.utf8.count <= min(256, InstanceLimits().attributeNameBytes))
      #expect(ServingKey(key.text) == key)
    }
  }

  @Test(
    "another attribute is none",
    arguments: [
      "endpoints/mpg", "replicas", "replicas/", "replicas/a", "replicas/a/", "replicas/a/b/c",
      "copies/a", "copies//b", "copies/a_b/c", "zone", "",
    ]
  )
  func others(_ text: String) {
    #expect(ServingKey(text) == nil)
  }
}
