import Primitives
import Testing

@testable import RPC

@Suite struct RouterTests {
  private func methods(_ count: Int) -> [Method] {
    (0..<count).map { index in
      Method(service: "martlet.s\(index % 7).v1.Service", name: "Method\(index)End", kind: .unary)
    }
  }

  private func lookup(_ router: Router, _ path: String) -> Int? {
    Array(path.utf8).withUnsafeBytes { router.lookup($0) }
  }

  @Test("Every method is found by its path, and by nothing else", arguments: [0, 1, 8, 9, 16, 500])
  func lookups(count: Int) throws {
    let methods = methods(count)
    let router = try Router(methods)
    #expect(router.methods.count == count)
    for (index, method) in methods.enumerated() {
      #expect(lookup(router, method.path) == index)
      #expect(lookup(router, method.path + "x") == nil)
      #expect(lookup(router, String(method.path.dropLast())) == nil)
      #expect(lookup(router, String(method.path.dropFirst())) == nil)
      #expect(lookup(router, method.path.uppercased()) == nil)
    }
    #expect(lookup(router, "") == nil)
    #expect(lookup(router, "/") == nil)
  }

  @Test("A path that stands twice is refused by name")
  func duplicates() {
    let twice = methods(20) + [methods(20)[13]]
    #expect(throws: Router.DuplicateMethod.path("/martlet.s6.v1.Service/Method13End")) {
      try Router(twice)
    }
  }

  @Test("Methods whose hashes share a place are told apart")
  func collisions() throws {
    // A table of 4096 places and 2048 paths: hundreds of them meet.
    let methods = (0..<2048).map { Method(service: "s", name: "\($0)", kind: .unary) }
    let router = try Router(methods)
    for (index, method) in methods.enumerated() { #expect(lookup(router, method.path) == index) }
    for index in 2048..<4096 { #expect(lookup(router, "/s/\(index)") == nil) }
  }

  @Test("A path may lie anywhere in memory")
  func unaligned() throws {
    let methods = methods(5)
    let router = try Router(methods)
    for shift in 0..<8 {
      let bytes = Array(repeating: UInt8(9), count: shift) + Array(methods[3].path.utf8) + [9]
      let index = bytes.withUnsafeBytes { buffer in
        router.lookup(UnsafeRawBufferPointer(rebasing: buffer[shift..<(buffer.count - 1)]))
      }
      #expect(index == 3)
    }
  }
}

@Suite struct MethodTests {
  private func method(_ options: MethodOptions) -> Method {
    Method(service: "a.B", name: "C", kind: .unary, options: options)
  }

  @Test(
    "A call's time is what it asks for, else the method's, else the wire's; never above the bound"
  )
  func timeouts() {
    let limits = WireLimits()
    func timeout(_ requested: UInt64, _ options: MethodOptions = MethodOptions()) -> Duration {
      method(options).timeout(requestedMicroseconds: requested, limits: limits)
    }
    #expect(timeout(0) == .seconds(60))
    #expect(timeout(5) == .microseconds(5))
    #expect(timeout(0, MethodOptions(defaultTimeout: .seconds(3))) == .seconds(3))
    #expect(timeout(5_000_000, MethodOptions(defaultTimeout: .seconds(3))) == .seconds(5))
    let bounded = MethodOptions(defaultTimeout: .seconds(9), maximumTimeout: .seconds(4))
    #expect(timeout(0, bounded) == .seconds(4))
    #expect(timeout(4_000_001, bounded) == .seconds(4))
    #expect(timeout(3_999_999, bounded) == .microseconds(3_999_999))
    #expect(timeout(.max, bounded) == .seconds(4))
    #expect(timeout(.max) > .seconds(86_400 * 365 * 200))
    #expect(Instant.start + timeout(.max) > .start)
  }

  @Test("A method without roles is open to all; one with roles to those alone")
  func roles() {
    #expect(method(MethodOptions()).allows(role: nil))
    let guarded = method(MethodOptions(allowedPeers: ["gateway", "balancer"]))
    #expect(guarded.allows(role: "balancer"))
    #expect(!guarded.allows(role: "trainer"))
    #expect(!guarded.allows(role: ""))
    #expect(!guarded.allows(role: nil))
    #expect(guarded.path == "/a.B/C")
  }
}
