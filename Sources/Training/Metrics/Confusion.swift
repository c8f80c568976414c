/// How often examples of which class were predicted as which.
public struct Confusion: Sendable, Hashable {
  /// The examples of one class that were predicted as one class.
  public struct Cell: Sendable, Hashable {
    /// Their number.
    public var count = 0
    /// The sum of their weights.
    public var weight = 0.0

    mutating func add(_ other: Cell) {
      count += other.count
      weight += other.weight
    }
  }

  /// The number of classes.
  public let classCount: Int
  /// All cells of few classes, a row for each label.
  private var table: [Cell]
  /// Those cells of many classes that have examples, by their place in such a table.
  private var places: [Int: Cell] = [:]

  private static let mostInTable = 64

  /// No examples yet of so many classes.
  public init(classCount: Int) {
    self.classCount = classCount
    table = classCount <= Confusion.mostInTable ? Array(repeating: Cell(), count: classCount * classCount) : []
  }

  /// Adds an example.
  ///
  /// - Precondition: both are numbers of classes.
  public mutating func add(label: Int, prediction: Int, weight: Double = 1) {
    add(Cell(count: 1, weight: weight), at: label * classCount + prediction)
  }

  /// Adds the examples of another count of the same classes.
  public mutating func add(_ other: Confusion) {
    for place in other.table.indices { table[place].add(other.table[place]) }
    // One place after the other has its own sum, whatever their order.
    for (place, cell) in other.places { places[place, default: Cell()].add(cell) }
  }

  private mutating func add(_ cell: Cell, at place: Int) {
    if table.isEmpty { places[place, default: Cell()].add(cell) } else { table[place].add(cell) }
  }

  /// The examples of a label with a prediction.
  public subscript(label: Int, prediction: Int) -> Cell {
    let place = label * classCount + prediction
    return table.isEmpty ? places[place] ?? Cell() : table[place]
  }

  /// The cells that have examples, by label and then by prediction.
  public var cells: [(label: Int, prediction: Int, cell: Cell)] {
    let all =
      table.isEmpty
      ? places.sorted { $0.key < $1.key }.map { ($0.key, $0.value) } : table.indices.map { ($0, table[$0]) }
    return all.compactMap { place, cell in
      cell.count == 0 ? nil : (place / classCount, place % classCount, cell)
    }
  }
}

extension Confusion {
  /// How well one class is told from the others; each is nil where it is 0 of 0.
  public struct OfClass: Sendable, Hashable {
    /// The weights of the examples that are of the class, that were predicted as it, and that are both.
    public var labelled = 0.0
    public var predicted = 0.0
    public var both = 0.0

    /// The part of the predicted ones that are of the class.
    public var precision: Double? { both.part(of: predicted) }
    /// The part of those of the class that were predicted.
    public var recall: Double? { both.part(of: labelled) }
    /// The harmonic mean of precision and recall, 2 both / (labelled + predicted).
    public var f1: Double? { (2 * both).part(of: labelled + predicted) }
  }

  /// How well each class is told from the others.
  public var ofClasses: [OfClass] {
    var classes = Array(repeating: OfClass(), count: classCount)
    for (label, prediction, cell) in cells {
      classes[label].labelled += cell.weight
      classes[prediction].predicted += cell.weight
      if label == prediction { classes[label].both += cell.weight }
    }
    return classes
  }

  /// The part of the examples that are predicted right; nil without examples.
  public var accuracy: Double? {
    let cells = cells
    let right = cells.reduce(0) { $1.label == $1.prediction ? $0 + $1.cell.weight : $0 }
    return right.part(of: cells.reduce(0) { $0 + $1.cell.weight })
  }

  /// Precision, recall and F1: of class 1 where there are two classes with `isBinary`, else the means over the classes
  /// that are among the labels or the predictions, where 0 of 0 counts as 0 (scikit-learn's `average="macro"`).
  func scores(isBinary: Bool) -> (precision: Double?, recall: Double?, f1: Double?) {
    if isBinary {
      let one = ofClasses[1]
      return (one.precision, one.recall, one.f1)
    }
    let there = ofClasses.filter { $0.labelled > 0 || $0.predicted > 0 }
    func mean(_ number: (OfClass) -> Double?) -> Double? {
      there.reduce(0) { $0 + (number($1) ?? 0) }.part(of: Double(there.count))
    }
    return (mean(\.precision), mean(\.recall), mean(\.f1))
  }
}
