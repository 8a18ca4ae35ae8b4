import DurableFiles
import Glibc
import Primitives
import Testing

@testable import Commands

/// What `up` keeps on disk, with real files.
@Suite("Files of the folder of state")
struct StateFilesTests {
  @Test("the lock is held by one at a time, seen by others, and free again afterwards")
  func lock() throws {
    try TemporaryFolder.with { folder in
      let path = "\(folder)/up.lock"
      #expect(!SupervisorLock.isHeld(path))
      var first = try SupervisorLock(path)
      #expect(first != nil)
      #expect(SupervisorLock.isHeld(path))
      let second = try SupervisorLock(path)
      #expect(second == nil)
      #expect(SupervisorLock.isHeld(path), "asking does not take it away")
      first = nil
      _ = first
      #expect(!SupervisorLock.isHeld(path))
      let third = try SupervisorLock(path)
      #expect(third != nil)
    }
  }

  @Test("records come back as they were written, readable by this user alone")
  func record() throws {
    try TemporaryFolder.with { folder in
      let path = "\(folder)/cli.json"
      let record = ConnectionRecord(
        suite: "martlet-dev",
        nativeAddress: "127.0.0.1:7443",
        httpsAddress: "127.0.0.1:8443",
        authorities: "/a",
        certificate: "/b",
        key: "/c",
        selfHostedModels: "/d"
      )
      try record.write(path)
      #expect(try ConnectionRecord.read(path) == record)
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(status.st_mode & 0o777 == 0o600)
    }
  }

  @Test("a damaged record is an error with a way out, not a crash")
  func damaged() throws {
    try TemporaryFolder.with { folder in
      let path = "\(folder)/cli.json"
      for text in ["", "{", "[]", "{\"version\":\"x\"}", "\u{0}\u{1}"] {
        try SmallFile.replace(path, with: Bytes(Array(text.utf8)))
        let error = #expect(throws: CommandError.self) { try ConnectionRecord.read(path) }
        #expect(error?.message.contains(path) == true)
        #expect(error?.remedy != nil)
      }
    }
  }

  @Test("a process is known by its id and its start; this one is alive, another start is not")
  func identity() throws {
    let own = try #require(ProcessIdentity(pid: getpid()))
    #expect(own.isAlive)
    #expect(try #require(own.residentBytes) > 0)
    #expect(own.uptime != nil)
    let other = ProcessIdentity(pid: own.pid, startTicks: own.startTicks + 1)
    #expect(!other.isAlive)
    #expect(other.residentBytes == nil)
  }

  @Test("certificates are made once, good for every instance, their keys for this user alone")
  func certificates() throws {
    try TemporaryFolder.with { folder in
      let layout = StateLayout(folder)
      let made = try DevelopmentAuthority(layout: layout).prepare()
      #expect(made.first == "authority")
      #expect(Set(made.dropFirst()) == Set(ServiceSuite.instances.map(\.name) + ["cli"]))
      #expect(try DevelopmentAuthority(layout: layout).prepare().isEmpty)
      for name in ["balancer-1", "cli"] {
        var status = stat()
        #expect(stat(layout.key(of: name), &status) == 0)
        #expect(status.st_mode & 0o777 == 0o600)
      }
      unlink(layout.key(of: "cli"))
      #expect(try DevelopmentAuthority(layout: layout).prepare() == ["cli"])
    }
  }

  @Test("a port that somebody listens on is not free, and is again afterwards")
  func ports() throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        #expect(bind(listener, $0, length) == 0)
        #expect(listen(listener, 1) == 0)
        #expect(getsockname(listener, $0, &length) == 0)
      }
    }
    let port = Int(UInt16(bigEndian: address.sin_port))
    #expect(!LoopbackSocket.isFree(port))
    close(listener)
    #expect(LoopbackSocket.httpStatus(port: port, path: "/readyz") == nil)
  }
}
