import DiscoveryCore
import Primitives
import Testing

@Suite struct InstanceTests {
  @Test(
    "The three forms of an address are read as they stand",
    arguments: [
      "host:1", "10.0.0.1:7443", "a.b-c_d.example:65535", "[::1]:80", "[fe80::1%eth0]:80",
      "unix:/run/x.sock",
    ]
  )
  func addresses(_ text: String) {
    #expect(InstanceAddress(text)?.text == text)
  }

  @Test(
    "Anything else is no address",
    arguments: [
      "", "host", "host:", ":80", "host:0", "host:65536", "host:-1", "host:+1", "host:8 0",
      "::1:80", "[::1]", "[]:80", "a b:80", "a,b:80", "unix:", "höst:80", "host:80\n", "a=b:80",
      "host:99999999999999999999", "unix:" + String(repeating: "x", count: 108),
      String(repeating: "h", count: 256) + ":1", "[a:80", "a]:80",
    ]
  )
  func noAddress(_ text: String) {
    #expect(InstanceAddress(text) == nil)
  }

  @Test("A good description has no problem, up to each limit exactly")
  func atTheLimits() {
    let limits = InstanceLimits()
    var full = instance(String(repeating: "x", count: 128), weight: 10_000)
    full.zone = "rack-1.a_B"
    full.addresses = Array(repeating: full.addresses[0], count: 8)
    full.attributes = ["m": Bytes(repeatElement(0, count: 16 * 1024 - 1))]
    #expect(limits.problem(with: full) == nil)
    full.labels = ["a": ""]
    #expect(limits.problem(with: full)?.field == "attributes")
  }

  @Test("Each limit names its field")
  func problems() {
    let limits = InstanceLimits()
    func field(_ change: (inout Instance) -> Void, id: String = "a") -> String? {
      var changed = instance(id)
      change(&changed)
      return limits.problem(with: changed)?.field
    }
    #expect(field({ _ in }) == nil)
    for id in ["", ".", "..", "a b", "a/b", "ä", "a\n", String(repeating: "x", count: 129)] {
      #expect(field({ _ in }, id: id) == "id")
    }
    #expect(limits.problem(with: instance("a", role: "a b"))?.field == "role")
    #expect(field { $0.zone = "a b" } == "zone")
    #expect(field { $0.weight = 10_001 } == "weight")
    #expect(field { $0.addresses = [] } == "addresses")
    #expect(field { $0.addresses = Array(repeating: $0.addresses[0], count: 9) } == "addresses")
    #expect(field { $0.labels = ["": "x"] } == "labels")
    #expect(field { $0.attributes = ["a b": Bytes()] } == "attributes")
    #expect(
      field { instance in
        for index in 0..<257 { instance.labels["l\(index)"] = "" }
      } == "labels"
    )
  }

  @Test("Lease terms from a peer are brought into range")
  func leaseTerms() {
    #expect(LeaseTerms() == LeaseTerms(duration: .seconds(15), beatInterval: .seconds(5)))
    let short = LeaseTerms(duration: .seconds(-1), beatInterval: .seconds(-1))
    #expect(short.duration == .seconds(1) && short.beatInterval == .milliseconds(100))
    let long = LeaseTerms(duration: .seconds(Int64.max), beatInterval: .seconds(Int64.max))
    #expect(long.duration == .seconds(3600) && long.beatInterval == .seconds(1800))
  }
}
