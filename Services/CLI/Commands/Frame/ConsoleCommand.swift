import ArgumentParser

/// A command of Martlet: parsed by ArgumentParser, run with a console.
///
/// What it throws (`CommandError`, `RPCError`) is printed by the frame, which also picks the
/// process's exit code.
protocol ConsoleCommand: AsyncParsableCommand {
  /// Declared as `@OptionGroup(title: "Everywhere") var global: GlobalOptions`.
  var global: GlobalOptions { get }

  func run(_ console: Console) async throws
}

extension ConsoleCommand {
  public mutating func run() async throws { try await run(Console.ofProcess(global)) }
}
