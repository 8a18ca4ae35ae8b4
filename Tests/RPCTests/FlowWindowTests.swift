import Testing

@testable import RPC

@Suite struct FlowWindowTests {
  @Test("A send window grants what there is, and nothing when it is used up or below zero")
  func grants() throws {
    var window = SendWindow(100)
    #expect(window.grant(60) == 60)
    #expect(window.available == 100)
    window.spend(60)
    #expect(window.grant(60) == 40)
    #expect(window.grant(-5) == 0)
    window.spend(40)
    #expect(window.grant(1) == 0)
    window.adjust(by: -30)
    #expect(window.available == -30)
    #expect(window.grant(1) == 0)
    try window.add(31)
    #expect(window.grant(10) == 1)
  }

  @Test("Credit of zero and credit above 2^31-1 are malformed; 2^31-1 itself is not")
  func credit() throws {
    var window = SendWindow(0)
    #expect(violation { () throws(WireViolation) in try window.add(0) } == .malformed)
    try window.add(SendWindow.maximum)
    #expect(window.available == SendWindow.maximum)
    #expect(violation { () throws(WireViolation) in try window.add(1) } == .malformed)
    #expect(window.available == SendWindow.maximum)
    window.adjust(by: -10)
    #expect(violation { () throws(WireViolation) in try window.add(Int(UInt32.max)) } == .malformed)
  }

  @Test("A receive window gives back in lumps of half its size")
  func lumps() {
    var window = ReceiveWindow(100)
    #expect(window.receive(80) == true)
    #expect(window.release(49) == 0)
    #expect(window.available == 20)
    #expect(window.release(1) == 50)
    #expect(window.available == 70)
    #expect(window.unannounced == 0)
    #expect(window.release(30) == 0)
    #expect(window.available + window.unannounced == 100)
  }

  @Test("A byte beyond the credit is the peer's fault; the last one is not")
  func beyond() {
    var window = ReceiveWindow(10)
    #expect(window.receive(10) == true)
    #expect(window.receive(1) == false)
  }

  @Test("An overdraft allows what was sent under a larger default, and not a byte more")
  func overdraft() {
    var window = ReceiveWindow(10, overdraft: 5)
    #expect(window.receive(15) == true)
    #expect(window.release(15) == 15)
    #expect(window.available == 10)
    #expect(window.receive(10) == true)
    #expect(window.receive(6) == false)
    // A negative overdraft, of a window above the default, is none.
    var larger = ReceiveWindow(10, overdraft: -5)
    #expect(larger.receive(10) == true)
  }
}
