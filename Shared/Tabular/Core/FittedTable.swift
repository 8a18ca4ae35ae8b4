/// What training learned of a table's columns: how a row becomes the model's numbers.
///
/// The trainer fits it, the manifest carries it, and inference applies it, so training and serving
/// cannot differ. A number is one element, (x - mean) / scale; a category one element for each word
/// that training saw, 1 for the cell's own word and 0 for the others. A missing cell counts as
/// `imputed`. A word that the model does not know is refused, or, where the model's owner has
/// wanted it so, all 0.
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
    /// Words that only rows have that were held out from training: known, and all 0.
    public let unlearned: [String]
    /// Of each word its element; -1 of those that are all 0.
    private let indices: [String: Int]

    public init(categories: [String], imputed: String, unlearned: [String] = []) {
      self.categories = categories
      self.imputed = imputed
      self.unlearned = unlearned
      var indices: [String: Int] = [:]
      for word in unlearned { indices[word] = -1 }
      for (index, word) in categories.enumerated().reversed() { indices[word] = index }
      self.indices = indices
    }

    /// The element that is 1 for a cell, nil where it is missing; nil when all are 0.
    public func element(_ word: String?) -> Int? {
      indices[word ?? imputed].flatMap { $0 < 0 ? nil : $0 }
    }

    /// Whether a word is one of the model's.
    public func knows(_ word: String) -> Bool { indices[word] != nil }

    /// A word that the model does not know, for the one who gave it.
    func unknown(_ word: String, place: String, column: String) -> TableProblem {
      let advice = NearestName.nearest(word, among: categories)
        .map { "did you mean \(TableProblem.quoted($0))? " }
      return TableProblem(
        "\(TableProblem.quoted(word)) is none of the words that training saw",
        place: place,
        column: column,
        remedy: (advice ?? "") + "leave the cell empty when it is unknown; the model knows "
          + TableProblem.list(categories)
      )
    }
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
  /// Columns of the training table that the model does not take; a call may bring them.
  public let ignored: [String]
  /// What stands for a missing cell.
  public let missing: MissingValues
  /// A word that the model does not know is all 0, instead of being refused.
  public let acceptsUnknownCategories: Bool
  /// Elements of an encoded row.
  public let width: Int
  let names: Set<String>
  private let ignoredNames: Set<String>

  /// Throws when there is no column, a name or word comes twice, a scale is 0, a number is not
  /// finite, an imputed word is unknown, or a row would be wider than `widthLimit`.
  public init(
    columns: [Column],
    ignored: [String] = [],
    missing: MissingValues = .usual,
    acceptsUnknownCategories: Bool = false
  ) throws(TableProblem) {
    guard !columns.isEmpty else { throw TableProblem("the model has no columns") }
    let names = columns.map(\.name)
    if let twice = firstTwice(names + ignored) {
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
    self.ignored = ignored
    self.missing = missing
    self.acceptsUnknownCategories = acceptsUnknownCategories
    self.names = Set(names)
    ignoredNames = Set(ignored)
  }

  /// Whether training had a column of this name that the model does not take: a call may bring it,
  /// and it is passed over.
  public func ignores(_ name: String) -> Bool { ignoredNames.contains(name) }

  private static func problem(_ encoding: Encoding) -> String? {
    switch encoding {
    case .number(let number):
      let isSound =
        number.imputed.isFinite && number.mean.isFinite && number.scale.isFinite
        && number.scale != 0
      return isSound ? nil : "its mean, scale and imputed value are not usable numbers"
    case .category(let category):
      if let twice = firstTwice(category.categories + category.unlearned) {
        return "the model has its word \(TableProblem.quoted(twice)) twice"
      }
      if category.categories.isEmpty { return "the model has no words for it" }
      let isKnown = category.element(nil) != nil
      return isKnown ? nil : "the word for missing cells is none of its words"
    }
  }
}
