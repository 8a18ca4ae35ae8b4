/// What training learned of a table's columns: how a row becomes the model's numbers.
///
/// The trainer fits it, the manifest carries it, and inference applies it, so training and serving
/// cannot differ. A number is one element, (x - mean) / scale; a category one element for each word
/// that training saw, 1 for the cell's own word and 0 for the others (all 0 for another word). A
/// missing cell counts as `imputed`.
public struct FittedTable: Sendable, Equatable {
  public struct Number: Sendable, Equatable {
    public var imputed: Double
    public var mean: Double
    /// Never 0.
    public var scale: Double

    public init(imputed: Double, mean: Double, scale: Double) {
      self.imputed = imputed
      self.mean = mean
      self.scale = scale
    }

    /// The element of a cell, nil where it is missing.
    public func element(_ value: Double?) -> Double { ((value ?? imputed) - mean) / scale }
  }

  public struct Category: Sendable, Equatable {
    /// The words in the order of the elements, all different.
    public let categories: [String]
    /// One of the words.
    public let imputed: String
    private let indices: [String: Int]

    public init(categories: [String], imputed: String) {
      self.categories = categories
      self.imputed = imputed
      indices = [String: Int](categories.enumerated().map { ($1, $0) }) { first, _ in first }
    }

    /// The element that is 1 for a cell, nil where it is missing; nil when all are 0.
    public func element(_ word: String?) -> Int? { indices[word ?? imputed] }
  }

  public enum Encoding: Sendable, Equatable {
    case number(Number)
    case category(Category)

    /// Elements in the encoded row.
    public var width: Int {
      switch self {
      case .number: 1
      case .category(let category): category.categories.count
      }
    }
  }

  public struct Column: Sendable, Equatable {
    public var name: String
    public var encoding: Encoding

    public init(_ name: String, _ encoding: Encoding) {
      self.name = name
      self.encoding = encoding
    }
  }

  /// Elements of an encoded row at most.
  public static let widthLimit = 65_536
  /// Elements that one `encode` gives at most: 64 MiB, however wide a short row becomes.
  public static let encodedLimit = 16 << 20

  public let columns: [Column]
  /// Elements of an encoded row.
  public let width: Int
  let names: Set<String>

  /// Throws when there is no column, a name or word comes twice, a scale is 0, a number is not
  /// finite, an imputed word is unknown, or a row would be wider than `widthLimit`.
  public init(columns: [Column]) throws(TableProblem) {
    guard !columns.isEmpty else { throw TableProblem("the model has no columns") }
    if let twice = firstTwice(columns.lazy.map(\.name)) {
      throw TableProblem("the model has it twice", column: twice)
    }
    var width = 0
    for column in columns {
      if let problem = Self.problem(column.encoding) {
        throw TableProblem(problem, column: column.name)
      }
      width += column.encoding.width
    }
    guard width <= Self.widthLimit else {
      throw TableProblem(
        "a row would have \(width) elements, and \(Self.widthLimit) is the limit",
        remedy: "ignore columns with many different words"
      )
    }
    self.columns = columns
    self.width = width
    names = Set(columns.map(\.name))
  }

  private static func problem(_ encoding: Encoding) -> String? {
    switch encoding {
    case .number(let number):
      let isSound =
        number.imputed.isFinite && number.mean.isFinite && number.scale.isFinite
        && number.scale != 0
      return isSound ? nil : "its mean, scale and imputed value are not usable numbers"
    case .category(let category):
      if let twice = firstTwice(category.categories) {
        return "the model has its word \(TableProblem.quoted(twice)) twice"
      }
      if category.categories.isEmpty { return "the model has no words for it" }
      let isKnown = category.element(nil) != nil
      return isKnown ? nil : "the word for missing cells is none of its words"
    }
  }
}
