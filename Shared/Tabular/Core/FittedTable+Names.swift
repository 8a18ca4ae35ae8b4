/// Comparing the columns of a call with those of the model.
extension FittedTable {
  /// Whether the cells of a first line are names: more than half of them are columns of the table
  /// that the model was trained on.
  public func isHeader(_ texts: [String]) -> Bool {
    texts.count { names.contains($0) || ignores($0) } * 2 > texts.count
  }

  /// Of each name, the index of the model's column; nil for one that the model ignores.
  func order(ofNames given: [String], place: String) throws(TableProblem) -> [Int?] {
    if let twice = firstTwice(given) {
      throw TableProblem("is there twice", place: place, column: twice, remedy: "give it once")
    }
    var indices: [String: Int] = [:]
    for (index, column) in columns.enumerated() { indices[column.name] = index }
    var order: [Int?] = []
    for name in given {
      let index = indices.removeValue(forKey: name)
      guard index != nil || ignores(name) else { throw surplus(name, place: place) }
      order.append(index)
    }
    if let missing = columns.first(where: { indices[$0.name] != nil }) {
      throw self.missing(missing.name, place: place)
    }
    return order
  }

  /// A column of the model that is not there.
  public func missing(_ name: String, place: String) -> TableProblem {
    TableProblem(
      "is missing",
      place: place,
      column: name,
      remedy: "the model takes \(TableProblem.list(columns.map(\.name)))"
    )
  }

  /// A column that the model does not have.
  public func surplus(_ name: String, place: String) -> TableProblem {
    TableProblem(
      "is not a column of the model",
      place: place,
      column: name,
      remedy: "leave it out; the model takes \(TableProblem.list(columns.map(\.name)))"
    )
  }

  /// A row of another number of cells than the model's.
  public func wrongCount(_ count: Int, place: String) -> TableProblem {
    TableProblem(
      "has \(count) \(count == 1 ? "cell" : "cells"), and the model takes \(columns.count)",
      place: place,
      remedy: "give, in this order, \(TableProblem.list(columns.map(\.name)))"
    )
  }
}
