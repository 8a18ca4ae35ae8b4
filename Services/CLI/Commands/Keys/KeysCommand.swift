import ArgumentParser

/// `martlet keys`: the API keys by which others call endpoints.
struct KeysCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "keys",
    abstract: "Makes, shows and revokes API keys.",
    discussion: """
      A key stands for somebody who has no certificate. Its secret is shown once, when it is made;
      the gateway keeps only a hash of it. Keys are made and revoked by the operator of the machine
      on which `martlet up` runs.

      Examples:
        martlet keys create notebook
        martlet keys create shop --endpoint mpg --expires 30d
        martlet keys create ci --action invoke --action read
        martlet keys list
        martlet keys revoke shop
      """,
    subcommands: [KeysCreateCommand.self, KeysListCommand.self, KeysRevokeCommand.self]
  )
}
