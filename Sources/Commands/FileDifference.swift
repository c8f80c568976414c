import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport
import Training

/// What differs between two files, array by array, or between the networks that they hold in other forms:
/// `reg-inspect --diff`.
struct FileDifference {
  private let names: (String, String)
  private let arrays: [ArrayDifference]
  private let onlyInFirst: [String]
  private let onlyInSecond: [String]
  /// What is no array of numbers and stands in both, equally or not: only class and shape are compared.
  private let others: [OtherDifference]
  /// The names of the columns of both, where they are tables with different ones.
  private let columns: ([String], [String])?
  /// What differs between the networks, where both files hold one.
  private let networks: NetworkDifference?
  /// The forms, where the networks were compared and not the files' own arrays.
  private let forms: (String, String)?
  /// Why a file that holds a network was compared as arrays.
  private let notes: [String]
  private let predictions: ChangedPredictions?

  /// Compares two files and, where they are networks and `data` is given, what they predict for it.
  ///
  /// - Parameters:
  ///   - form: the form of the first file's network, where it is named.
  ///   - options: what is known of networks whose files do not say it.
  /// - Throws: when an array or the data cannot be read.
  init(
    _ first: OpenFile, _ second: OpenFile, as form: (any NetworkFormat)? = nil, options: NetworkReadingOptions,
    data: OpenFile?
  ) throws {
    names = (first.input.name, second.input.name)
    var trained: (TrainedNetwork, TrainedNetwork)?
    if data != nil {
      trained = (
        try NetworkFormats.network(in: first, as: form, options: options),
        try NetworkFormats.network(in: second, options: options)
      )
    }
    let readings = (
      NetworkReading(first, as: form, options: options), NetworkReading(second, options: options)
    )
    for reading in [readings.0, readings.1] {
      if case .damaged(let error) = reading { throw error }
    }
    if let one = readings.0.trained, let other = readings.1.trained { trained = (one, other) }
    notes = zip([names.0, names.1], [readings.0, readings.1]).compactMap { name, reading in
      guard case .notUsed(let error) = reading else { return nil }
      return "\(name): not compared as a network: \(error.withoutFile)"
    }
    if let trained, case .network(_, let one) = readings.0, case .network(_, let other) = readings.1,
      !FileDifference.haveComparableNames(first, one, second, other)
    {
      let difference = try NetworkDifference(trained.0, trained.1, withArrays: true)
      networks = difference
      forms = ("\(one.name) (\(first.format.title))", "\(other.name) (\(second.format.title))")
      arrays = difference.arrays
      (onlyInFirst, onlyInSecond, others, columns) = ([], [], [], nil)
    } else {
      networks = try trained.map { try NetworkDifference($0, $1, withArrays: false) }
      forms = nil
      let (listed, otherListed) = (first.reader.entries, second.reader.entries)
      let found = Dictionary(otherListed.map { ($0.name, $0) }) { _, last in last }
      let names = Set(listed.map(\.name))
      onlyInFirst = listed.map(\.name).filter { found[$0] == nil }
      onlyInSecond = otherListed.map(\.name).filter { !names.contains($0) }
      let pairs = listed.compactMap { entry in found[entry.name].map { (entry, $0) } }
      others = pairs.filter { !$0.isNumeric || !$1.isNumeric }.map(OtherDifference.init)
      arrays = try pairs.filter { $0.isNumeric && $1.isNumeric }.map { entry, _ in
        do {
          return try ArrayDifference(
            entry.name, try first.source(of: entry.name), try second.source(of: entry.name))
        } catch let error as TensorError {
          throw FormatError(error, at: .object(entry.name)).naming(first.input.name)
        }
      }
      let tables = [first, second].map { ($0.reader as? any TableReader)?.columnNames ?? [] }
      columns = tables[0] == tables[1] ? nil : (tables[0], tables[1])
    }
    predictions = try trained.flatMap { one, other in
      try data.map { try ChangedPredictions(one.network, other.network, on: $0) }
    }
    for file in [first, second] {
      if let damage = file.reader.damage { throw damage.naming(file.input.name) }
    }
  }

  /// Whether the files' own names mean the same: our own form in one format, whose other arrays are compared too.
  private static func haveComparableNames(
    _ first: OpenFile, _ form: any NetworkFormat, _ second: OpenFile, _ other: any NetworkFormat
  ) -> Bool {
    form is ParametersFormat && other is ParametersFormat && first.format.name == second.format.name
  }

  /// Whether both hold the same arrays, to the bit, and the same network where they are networks.
  var isNone: Bool {
    onlyInFirst.isEmpty && onlyInSecond.isEmpty && arrays.allSatisfy(\.isNone) && others.allSatisfy(\.isNone)
      && columns == nil && networks?.isNone ?? true && (predictions?.changed ?? 0) == 0
  }

  /// The report for people.
  var text: String {
    var text = forms.map { "  compared as networks: \($0.0) and \($0.1)\n" } ?? ""
    text += networks?.precisionText ?? ""
    var table = TextTable(columns: [.left, .left], indent: 2)
    for array in arrays { table.add([array.name.escapingControls, array.text]) }
    for other in others { table.add([other.name.escapingControls, other.text.escapingControls]) }
    text += table.text
    for (file, only) in [(names.0, onlyInFirst), (names.1, onlyInSecond)] where !only.isEmpty {
      text += "  only in \(file.escapingControls): \(only.map(\.escapingControls).joined(separator: ", "))\n"
    }
    for note in notes { text += "  \(note.escapingControls)\n" }
    if let columns {
      let lists = [columns.0, columns.1].map { $0.prefix(20).joined(separator: ", ").escapingControls }
      text += "  columns: \(lists[0]) and \(lists[1])\n"
    }
    if let networks { text += networks.text }
    if let predictions { text += predictions.text }
    return text
  }

  /// The report for programs.
  var json: JSONValue {
    let report: [String: JSONValue] = [
      "files": .array([.text(names.0), .text(names.1)]), "same": .bool(isNone),
      "compared": .text(forms == nil ? "arrays" : "networks"),
      "arrays": .array(arrays.map(\.json)), "only_in_first": .array(onlyInFirst.map(JSONValue.text)),
      "only_in_second": .array(onlyInSecond.map(JSONValue.text)), "predictions": predictions?.json ?? .null,
      "others": .array(others.map(\.json)), "notes": .array(notes.map(JSONValue.text)),
      "columns": columns.map { .array([.array($0.0.map(JSONValue.text)), .array($0.1.map(JSONValue.text))]) } ?? .null,
    ]
    return .object(report.merging(networks?.json ?? NetworkDifference.noJSON) { $1 })
  }
}

/// Two entries of one name that are not both arrays of numbers.
private struct OtherDifference {
  let name: String
  private let kinds: (String, String)

  init(_ first: TensorEntry, _ second: TensorEntry) {
    name = first.name
    kinds = (OtherDifference.kind(first), OtherDifference.kind(second))
  }

  private static func kind(_ entry: TensorEntry) -> String {
    let shape = entry.shape.isEmpty ? "" : " \(Tensor.describe(entry.shape))"
    return switch entry.content {
    case .numbers(let type, _): type.rawValue + shape
    case .other(let className, _): className + shape
    }
  }

  var isNone: Bool { kinds.0 == kinds.1 }

  var text: String { isNone ? "\(kinds.0), whose content is not compared" : "\(kinds.0) and \(kinds.1)" }

  var json: JSONValue {
    .object(["name": .text(name), "first": .text(kinds.0), "second": .text(kinds.1), "compared": .bool(false)])
  }
}
