import Glibc
import Processes
import Testing

@Suite("A child process", .timeLimit(.minutes(5)))
struct ChildProcessTests {
  private func shell(_ script: String, input: ChildInput = .null) throws -> ChildProcess {
    try ChildProcess.start(
      executable: "/bin/sh",
      arguments: ["-c", script],
      environment: ["PATH": "/usr/bin:/bin"],
      input: input
    )
  }

  /// Runs a script and gives what it wrote.
  private func output(of script: String, environment: [String: String] = [:]) async throws -> String
  {
    let pipe = try Pipe()
    let child = try ChildProcess.start(
      executable: "/bin/sh",
      arguments: ["-c", script],
      environment: environment.merging(["PATH": "/usr/bin:/bin"]) { own, _ in own },
      output: .descriptor(pipe.write)
    )
    pipe.closeWrite()
    #expect(await child.exit() == .code(0))
    return pipe.text()
  }

  @Test("Its exit code reaches every task that waits, also one that comes later")
  func manyWaiters() async throws {
    let gate = try Pipe()
    let child = try shell("read line; exit 7", input: .descriptor(gate.read))
    await withTaskGroup(of: ExitStatus.self) { group in
      for _ in 0..<20 { group.addTask { await child.exit() } }
      gate.put("go\n")
      for await exit in group { #expect(exit == .code(7)) }
    }
    #expect(await child.exit() == .code(7))
    #expect(child.status == .code(7))
  }

  @Test("A signal that ends it is told, and its zombie is gone")
  func signalled() async throws {
    let child = try shell("exec sleep 60")
    child.signal(SIGKILL)
    #expect(await child.exit() == .signal(SIGKILL))
    // Nobody is left to wait for.
    #expect(waitpid(child.pid, nil, WNOHANG) == -1)
    child.signal(SIGKILL)
  }

  @Test("A bounded wait ends without the process, and so does a cancelled one")
  func boundedWait() async throws {
    let child = try shell("exec sleep 60")
    #expect(await child.exit(within: .milliseconds(20)) == nil)
    let waiting = Task { await child.exit(within: .seconds(600)) }
    waiting.cancel()
    #expect(await waiting.value == nil)
    #expect(await child.terminate(grace: .seconds(240)) == .signal(SIGTERM))
  }

  @Test("One that ignores SIGTERM is killed after the grace")
  func stubborn() async throws {
    let ready = try Pipe()
    let child = try ChildProcess.start(
      executable: "/bin/sh",
      arguments: ["-c", "trap '' TERM; echo ready; while true; do sleep 1; done"],
      environment: ["PATH": "/usr/bin:/bin"],
      output: .descriptor(ready.write)
    )
    #expect(ready.line() == "ready")
    #expect(await child.terminate(grace: .milliseconds(100)) == .signal(SIGKILL))
  }

  @Test("It gets its environment and nothing else, and no descriptor but three")
  func inheritance() async throws {
    let text = try await output(
      of: "echo $WORD; ls /proc/self/fd | wc -l",
      environment: ["WORD": "a"]
    )
    // The fourth is the folder that ls reads.
    #expect(text == "a\n4\n")
  }

  @Test("It ignores no signal that this process ignores")
  func signalsAreReset() async throws {
    signal(SIGPIPE, SIG_IGN)
    let text = try await output(of: "grep SigIgn /proc/self/status")
    let mask = try #require(UInt64(text.split(separator: "\t")[1].dropLast(), radix: 16))
    // 32 and 33 are glibc's own.
    #expect(mask & 0x7FFF_FFFF == 0)
  }

  @Test("A session of its own is made where asked for")
  func session() async throws {
    let child = try ChildProcess.start(
      executable: "/bin/sleep",
      arguments: ["600"],
      environment: [:],
      newSession: true
    )
    #expect(getsid(child.pid) == child.pid)
    await child.terminate(grace: .seconds(240))
  }

  @Test("Output goes to a file, emptied or appended to")
  func files() async throws {
    let path = "/tmp/martlet-child-\(getpid())-\(UInt32.random(in: 0 ... .max))"
    defer { unlink(path) }
    for append in [false, true, false] {
      let child = try ChildProcess.start(
        executable: "/bin/echo",
        arguments: ["-n", "x"],
        environment: [:],
        output: .file(path, append: append)
      )
      #expect(await child.exit() == .code(0))
      var status = stat()
      #expect(stat(path, &status) == 0)
      #expect(status.st_size == (append ? 2 : 1))
    }
  }

  @Test("A program that is not there is an error that names it")
  func missing() {
    #expect {
      try ChildProcess.start(executable: "/nowhere/at-all", environment: [:])
    } throws: { error in
      "\(error)".contains("/nowhere/at-all") && "\(error)".contains("No such file")
    }
  }

  @Test("A hundred processes at once all end, without a zombie")
  func many() async throws {
    let children = try (0..<100).map { try shell("exit \($0)") }
    for (number, child) in children.enumerated() {
      #expect(await child.exit() == .code(Int32(number)))
      #expect(waitpid(child.pid, nil, WNOHANG) == -1)
    }
  }
}
