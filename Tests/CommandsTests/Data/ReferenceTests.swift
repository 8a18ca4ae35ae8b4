import Testing

@testable import Commands

@Suite("References on the command line")
struct ReferenceTests {
  @Test("a dataset is NAME, or NAME@VERSION")
  func datasets() throws {
    let newest = try DatasetReference("cars")
    #expect(newest.name == "cars" && newest.version == 0 && "\(newest)" == "cars")
    let second = try DatasetReference("my-cars@2")
    #expect(second.name == "my-cars" && second.version == 2 && "\(second)" == "my-cars@2")
  }

  @Test(
    "a dataset that cannot be one is refused with its reason",
    arguments: ["", "@1", "cars@", "cars@0", "cars@-1", "cars@x", "cars@1@2", "cars/1", "-cars"]
  )
  func wrongDatasets(text: String) {
    #expect(throws: CommandError.self) { try DatasetReference(text) }
  }

  @Test("a model is NAME, NAME:VERSION or NAME@ALIAS")
  func models() throws {
    let newest = try ModelReference("mpg")
    #expect(newest.choice == .latest && newest.version == 0 && newest.alias.isEmpty)
    let third = try ModelReference("mpg:3")
    #expect(third.choice == .version(3) && third.version == 3 && "\(third)" == "mpg:3")
    let champion = try ModelReference("mpg@champion")
    #expect(champion.choice == .alias("champion") && champion.alias == "champion")
    #expect("\(champion)" == "mpg@champion")
  }

  @Test(
    "a model that cannot be one is refused with its reason",
    arguments: ["", ":1", "mpg:", "mpg:0", "mpg:x", "mpg@", "mpg@a b", "mpg:1@champion", "m_g"]
  )
  func wrongModels(text: String) {
    #expect(throws: CommandError.self) { try ModelReference(text) }
  }

  @Test("key=value options make a dictionary; a value may hold =")
  func keyValues() throws {
    let values = try KeyValue.dictionary(["k=5", "name=a=b", "empty="], option: "--set")
    #expect(values == ["k": "5", "name": "a=b", "empty": ""])
  }

  @Test(
    "key=value options that are none say so",
    arguments: [["k"], ["=5"], [""], ["k=1", "k=2"]]
  )
  func wrongKeyValues(texts: [String]) throws {
    let error = #expect(throws: CommandError.self) {
      try KeyValue.dictionary(texts, option: "--set")
    }
    #expect(error?.exit == .usage && error?.message.hasPrefix("--set") == true)
  }
}
