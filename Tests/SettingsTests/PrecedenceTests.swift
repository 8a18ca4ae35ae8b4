import Settings
import Testing
import Transport

@Suite("Settings from flags, environment, file and defaults")
struct PrecedenceTests {
  @Test("without any source each setting has its default and says so")
  func defaults() throws {
    let settings = try Sample.resolve(["--name", "a"])
    #expect(settings[Sample.address] == .tcp(host: "127.0.0.1", port: 7000))
    #expect(settings[Sample.drain] == .seconds(30))
    #expect(settings[Sample.cache] == 64 << 20)
    #expect(settings[Sample.token] == nil)
    #expect(settings[Sample.directory] == nil)
    #expect(settings.origin(of: "drain.timeout") == .builtIn)
    #expect(settings.origin(of: "name") == .flag("--name"))
  }

  @Test("a flag beats the environment, which beats the file, which beats the default")
  func precedence() throws {
    let file = "name: from-file\nworker-count: 3\n"
    let name = "MARTLET_MODEL_STORE_WORKER_COUNT"
    let fromFile = try Sample.resolve(file: file)
    #expect(fromFile[Sample.workers] == 3)
    #expect(fromFile.origin(of: "worker-count") == .file(path: "s.yaml", line: 2))
    let fromEnvironment = try Sample.resolve(environment: [name: "4"], file: file)
    #expect(fromEnvironment[Sample.workers] == 4)
    #expect(fromEnvironment.origin(of: "worker-count") == .environment(name))
    let fromFlag = try Sample.resolve(["--worker-count=5"], environment: [name: "4"], file: file)
    #expect(fromFlag[Sample.workers] == 5)
    #expect(fromFlag.origin(of: "worker-count") == .flag("--worker-count"))
  }

  @Test("the file nests sections, accepts dotted keys, and holds lists as sequences or texts")
  func fileShapes() throws {
    let settings = try Sample.resolve(
      file: """
        # a comment
        name: "a b"
        listen:
          address: unix:/run/x.sock
          peers:
            - 10.0.0.1:1
            - "[::1]:2"
        drain.timeout: 1m30s
        cache: {size: 4KiB}
        """
    )
    #expect(settings[Sample.name] == "a b")
    #expect(settings[Sample.address] == .unix(path: "/run/x.sock"))
    #expect(settings[Sample.peers].map(\.description) == ["10.0.0.1:1", "[::1]:2"])
    #expect(settings[Sample.drain] == .seconds(90))
    #expect(settings[Sample.cache] == 4096)
  }

  @Test("an empty file, a file of comments and an empty section are fine")
  func emptyFiles() throws {
    for file in ["", "# nothing\n", "---\n", "listen:\n"] {
      _ = try Sample.resolve(["--name", "a"], file: file)
    }
  }

  @Test("lists come from commas and from repeated flags")
  func lists() throws {
    let settings = try Sample.resolve(
      ["--name", "a", "--listen-peers", "a:1,b:2", "--listen-peers=c:3"])
    #expect(settings[Sample.peers].map(\.description) == ["a:1", "b:2", "c:3"])
  }

  @Test("a boolean flag needs no value and has a negative form")
  func booleans() throws {
    #expect(try Sample.resolve(["--verbose", "--name", "a"])[Sample.verbose])
    #expect(try !Sample.resolve(["--no-verbose", "--name", "a"])[Sample.verbose])
    #expect(try !Sample.resolve(["--verbose", "false", "--name", "a"])[Sample.verbose])
    #expect(try Sample.resolve(["--name", "a", "--verbose=true"])[Sample.verbose])
  }

  @Test("a declared command is read and an undeclared one is refused with the nearest")
  func commands() throws {
    #expect(try Sample.resolve(["worker", "--name", "a"]).command == "worker")
    #expect(throws: SettingsError.self) { try Sample.resolve(["worcer", "--name", "a"]) }
  }

  @Test("the environment can name the file, and a flag beats it")
  func configPath() throws {
    let files = ["e.yaml": "worker-count: 7", "f.yaml": "worker-count: 9"]
    let environment = ["MARTLET_MODEL_STORE_CONFIG": "e.yaml"]
    let first = try Sample.resolve(["--name", "a"], environment: environment, files: files)
    #expect(first[Sample.workers] == 7)
    #expect(first.configPath == "e.yaml")
    let second = try Sample.resolve(
      ["--name", "a", "--config", "f.yaml"],
      environment: environment,
      files: files
    )
    #expect(second[Sample.workers] == 9)
  }

  @Test("names that Kubernetes adds for a Service of our name, and other people's, are left alone")
  func foreignNames() throws {
    let environment = [
      "MARTLET_MODEL_STORE_SERVICE_HOST": "10.0.0.1", "MARTLET_MODEL_STORE_PORT": "tcp://x",
      "MARTLET_MODEL_STORE_PORT_443_TCP_ADDR": "10.0.0.1", "MARTLET_BALANCER_NONSENSE": "1",
      "PATH": "/bin",
    ]
    _ = try Sample.resolve(["--name", "a"], environment: environment)
  }

  @Test("a secret comes from the environment or from a file, without the file's last line end")
  func secrets() throws {
    let direct = try Sample.resolve(
      ["--name", "a"],
      environment: ["MARTLET_MODEL_STORE_REGISTRY_TOKEN": "s3cret"]
    )
    #expect(direct[Sample.token]?.revealed == "s3cret")
    for arguments in [["--registry-token-file", "t"], []] {
      let file = arguments.isEmpty ? "registry:\n  token-file: t\n" : nil
      let settings = try Sample.resolve(
        ["--name", "a"] + arguments,
        file: file,
        files: ["t": "s3cret \n"]
      )
      #expect(settings[Sample.token]?.revealed == "s3cret ")
    }
  }

  @Test("a secret hides in descriptions, dumps and string interpolation")
  func secretHides() {
    let secret = Secret("s3cret")
    var dumped = ""
    dump(secret, to: &dumped)
    #expect(!"\(secret) \(String(reflecting: secret)) \(dumped)".contains("s3cret"))
  }
}
