import ArgumentParser
import Primitives
import RPC
import Testing

@testable import Commands

@Suite("Deleting, and other changes of the store")
struct DeletingTests {
  @Test("nothing there after a try whose answer was lost is what was asked for")
  func lostAnswer() async throws {
    let time = SteppedTime()
    let patience = Patience(time: time.keeper)
    patience.reached()
    var count = 0
    let answer = try await patience.deleting { () -> Int in
      count += 1
      throw RPCError(count == 1 ? .unavailable : .notFound, "gone")
    }
    #expect(answer == nil && count == 2)
  }

  @Test("nothing there at the first try is an error")
  func notThere() async {
    let error = await #expect(throws: RPCError.self) {
      try await Patience().deleting { () -> Int in throw RPCError(.notFound, "no such model") }
    }
    #expect(error?.message == "no such model")
  }

  @Test(
    "what goes must be said in full: a version, or all of them",
    arguments: [
      ["models", "delete", "cars"], ["models", "delete", "cars:1", "--all"],
      ["models", "delete", "cars@champion"], ["dataset", "delete", "cars"],
      ["dataset", "delete", "cars@1", "--all"], ["models", "approve", "cars"],
      ["models", "alias", "cars", "champion"], ["models", "alias", "cars:1", "a b"],
      ["models", "unalias", "cars"], ["models", "unalias", "cars:1"],
      ["dataset", "versions", "cars@1"],
    ]
  )
  func usage(words: [String]) async throws {
    let folder = try TemporaryFolder()
    let line = words + ["--state", folder.path]
    let command = try #require(try Martlet.parseAsRoot(line) as? any ConsoleCommand)
    let silent = Recording().terminal(isInteractive: false)
    let console = Console(options: command.global, out: silent, err: silent)
    // Before anybody is asked: no services run here.
    let error = await #expect(throws: CommandError.self) { try await command.run(console) }
    #expect(error?.exit == .usage, "\(String(describing: error))")
  }
}
