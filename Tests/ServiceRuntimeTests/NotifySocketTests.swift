import ServiceRuntime
import Testing

@Suite("systemd's environment")
struct NotifySocketTests {
  @Test("names that are no socket are ignored")
  func names() {
    #expect(NotifySocket(environment: [:]) == nil)
    for name in ["", "/", "@", "relative", "vsock:2:1", "/" + String(repeating: "a", count: 107)] {
      #expect(NotifySocket(environment: ["NOTIFY_SOCKET": name]) == nil, "\(name)")
    }
    #expect(NotifySocket(name: "/" + String(repeating: "a", count: 106)) != nil)
    #expect(NotifySocket(name: "@" + String(repeating: "a", count: 106)) != nil)
  }

  @Test("a message arrives whole; one to nobody is reported")
  func message() throws {
    let listener = try NotifyListener(name: LifecycleTests.socketName())
    let socket = try #require(NotifySocket(name: listener.name))
    #expect(socket.send(["READY=1", "STATUS=über"]))
    #expect(listener.next() == ["READY=1", "STATUS=über"])
    let nobody = try #require(NotifySocket(name: LifecycleTests.socketName(abstract: true)))
    #expect(!nobody.send(["READY=1"]))
  }

  @Test("the watchdog's interval is half of systemd's, for this process only")
  func watchdog() {
    func interval(_ environment: [String: String]) -> Duration? {
      Watchdog(environment: environment, processID: 7)?.interval
    }
    #expect(interval(["WATCHDOG_USEC": "3000000"]) == .milliseconds(1500))
    #expect(interval(["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "7"]) == .milliseconds(1500))
    #expect(interval(["WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "8"]) == nil)
    for text in ["", "0", "1", "-5", "x", "99999999999999"] {
      #expect(interval(["WATCHDOG_USEC": text]) == nil, "\(text)")
    }
    #expect(interval([:]) == nil)
  }
}
