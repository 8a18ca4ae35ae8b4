import ArgumentParser
import Primitives
import RPC
import Testing

@testable import Commands

@Suite("The command line")
struct CommandLineTests {
  @Test("every command has an abstract and an example in its help")
  func helpOfAll() {
    func visit(_ command: any ParsableCommand.Type, _ path: String) {
      let configuration = command.configuration
      #expect(!configuration.abstract.isEmpty, "\(path)")
      #expect(configuration.discussion.contains("martlet "), "\(path) has no example")
      for child in configuration.subcommands {
        visit(child, "\(path) \(child.configuration.commandName ?? "?")")
      }
    }
    visit(Martlet.self, "martlet")
    #expect(Martlet.helpMessage().contains("martlet up"))
  }

  @Test("every code of exit is documented in the root's help")
  func exitCodes() {
    let help = Martlet.helpMessage(columns: 100)
    for code in CommandExit.allCases {
      #expect(help.contains("\(code.rawValue)  \(code.meaning)"), "\(code)")
    }
  }

  @Test("each code of a failed call has its code of exit")
  func exits() {
    let expected: [StatusCode: CommandExit] = [
      .invalidArgument: .badInput, .outOfRange: .badInput, .notFound: .notFound,
      .unavailable: .unavailable, .permissionDenied: .notAllowed, .unauthenticated: .notAllowed,
      .deadlineExceeded: .tryAgain, .resourceExhausted: .tryAgain, .aborted: .tryAgain,
      .cancelled: .interrupted, .ok: .ok,
    ]
    for code in StatusCode.allCases {
      let error = CommandError(RPCError(code, "why"))
      #expect(error.exit == expected[code, default: .failed], "\(code.name)")
      #expect(error.code == code.name)
      #expect(error.message == "why")
    }
  }

  @Test("a wrong port is refused before anything happens")
  func ports() throws {
    for port in ["-1", "65536", "x", ""] {
      let error = #expect(throws: (any Error).self) {
        try Martlet.parseAsRoot(["up", "--https-port=\(port)"])
      }
      #expect(error.map { Martlet.exitCode(for: $0) } == .validationFailure)
    }
    let command = try Martlet.parseAsRoot(["up", "--https-port", "0", "--state", "/s/"])
    let up = try #require(command as? UpCommand)
    #expect(up.httpsPort == 0)
    #expect(up.nativePort == nil)
    #expect(up.global.stateFolder.folder == "/s")
  }

  @Test("a command line that cannot be read may still say that it wants JSON")
  func wantsJSON() {
    for line in ["train --output json", "--output=json x", "a --output human b --output json"] {
      #expect(Martlet.wantsJSON(line.split(separator: " ").map(String.init)), "\(line)")
    }
    for line in ["", "train", "--output", "json", "--output human", "x -- --output json"] {
      #expect(!Martlet.wantsJSON(line.split(separator: " ").map(String.init)), "\(line)")
    }
  }

  @Test(
    "every wrong command line is an error with 64, what is wrong in its words, and a way out",
    arguments: [
      (["train"], "algorithm"), (["nothing"], "nothing"), (["jobs", "a", "b"], "b"),
      (["up", "--https-port", "x"], "--https-port"), (["models", "--wrong"], "--wrong"),
      (["keys", "create", "a b"], "a b"), (["deploy", "mpg", "--model"], "--model"),
    ]
  )
  func usageFailures(words: [String], part: String) throws {
    let error = #expect(throws: (any Error).self) { try Martlet.parseAsRoot(words) }
    let failure = try #require(error.flatMap(Martlet.usageFailure))
    #expect(failure.exit == .usage && failure.code == "INVALID_ARGUMENT")
    #expect(failure.message.contains(part), "\(failure.message)")
    #expect(!failure.message.contains("Usage:"), "\(failure.message)")
    #expect(failure.remedy?.contains("--help") == true)
  }

  @Test("help that was asked for is no failure")
  func help() throws {
    for words in [["--help"], ["train", "--help"], ["--version"], ["help", "up"]] {
      guard
        let error = #expect(
          throws: (any Error).self,
          performing: {
            var command = try Martlet.parseAsRoot(words)
            try command.run()
          }
        )
      else { continue }
      #expect(Martlet.usageFailure(error) == nil, "\(words)")
    }
  }

  @Test("a key's lifetime has a unit and bounds")
  func lifetime() {
    #expect(Lifetime(argument: "30d")?.seconds == 2_592_000)
    #expect(Lifetime(argument: "90m")?.seconds == 5400)
    #expect(Lifetime(argument: "2w")?.seconds == 1_209_600)
    for text in ["", "d", "30", "-1d", "0d", "1.5d", "1y", "9999999999999999999d", "5000d", "+1d"] {
      #expect(Lifetime(argument: text) == nil, "\(text)")
    }
  }

  @Test("keys are made with checked names and known actions")
  func keys() throws {
    let command = try Martlet.parseAsRoot([
      "keys", "create", "shop", "--action", "invoke", "--action", "read", "--endpoint", "mpg",
      "--expires", "12h",
    ])
    let create = try #require(command as? KeysCreateCommand)
    #expect(create.actions == [.invoke, .read])
    #expect(create.endpoints == ["mpg"])
    #expect(throws: (any Error).self) { try Martlet.parseAsRoot(["keys", "create", "a b"]) }
    #expect(throws: (any Error).self) {
      try Martlet.parseAsRoot(["keys", "create", "a", "--action", "delete"])
    }
  }

  @Test("paths count from the working directory and lose their last slash")
  func paths() {
    #expect(GlobalOptions.absolute("/a/b//") == "/a/b")
    #expect(GlobalOptions.absolute("/") == "/")
    #expect(GlobalOptions.absolute("x").hasSuffix("/x"))
    #expect(GlobalOptions.absolute("x").hasPrefix("/"))
  }
}
