import NetworkFiles
import TensorFiles
import Tensors
import ToolSupport
import Training

/// What reg-inspect says about one file.
struct FileReport {
  private let file: OpenFile
  private var statistics: [String: TensorStatistics]?
  private var columnStatistics: ColumnStatistics?
  private let reading: NetworkReading
  private var units: IdleUnits?
  /// The name of the data that the units are looked at with.
  private var data: String?
  /// Why arrays could not be read for the statistics, by name.
  private var failures: [String: FormatError] = [:]
  /// What keeps the file, an array or the network from being read; what can be read is in the report.
  private(set) var damage: FormatError?

  /// - Parameters:
  ///   - named: the form of the network, where it is named.
  ///   - data: rows on which the units of the network are looked at.
  /// - Throws: ``FormatError`` when the data is not for the network.
  init(
    _ file: OpenFile, withStatistics: Bool, as named: (any NetworkFormat)?, options: NetworkReadingOptions,
    data: OpenFile?
  ) throws {
    self.file = file
    reading = NetworkReading(file, as: named, options: options)
    damage = file.reader.damage
    if case .damaged(let error) = reading { damage = error }
    if let network = reading.trained?.network {
      units = try data.map { try IdleUnits(network, on: ExampleRows($0, for: network)) } ?? IdleUnits(network)
    }
    self.data = data?.input.name
    guard withStatistics else { return }
    var statistics: [String: TensorStatistics] = [:]
    let table = file.reader as? any TableReader
    for entry in file.reader.entries where entry.elementType?.isComplex == false {
      do throws(FormatError) {
        if let table {
          columnStatistics = try ColumnStatistics(table)
          // Of a table with texts there are only those of the other columns.
          guard table.textColumns.isEmpty else { continue }
        }
        statistics[entry.name] = try TensorStatistics(of: entry.name, in: file)
      } catch {
        failures[entry.name] = error
        damage = damage ?? error
      }
    }
    self.statistics = statistics
  }

  /// Whether the file holds a network that is used.
  var hasNetwork: Bool { reading.trained != nil }

  /// The report for people.
  var text: String {
    get throws {
      let size = try file.input.size()
      let bytes = file.input.compressedSize.map { "\($0) bytes of gzip that hold \(size)" } ?? "\(size) bytes"
      var text = "\(file.input.name.escapingControls): \(file.format.title), \(bytes)\n"
      var table = TextTable(
        columns: [.left, .right, .left] + (statistics == nil ? [] : Array(repeating: .right, count: 7)), indent: 2)
      if statistics != nil {
        table.add(["", "", "", "min", "max", "mean", "std", "zeros", "nan", "inf"])
      }
      for entry in file.reader.entries { table.add(row(entry)) }
      for row in columnStatistics?.rows ?? [] { table.add(row) }
      text += table.text
      if file.reader.entries.isEmpty { text += "  no arrays\n" }
      for entry in file.reader.entries {
        if case .other(_, let remedy?) = entry.content {
          text += "  \(entry.name.escapingControls): \(remedy.escapingControls)\n"
        }
        if let failure = failures[entry.name] {
          text += "  \(entry.name.escapingControls): \(failure.sentence.escapingControls)\n"
        }
      }
      for note in file.reader.notes { text += "  \(note.escapingControls)\n" }
      if let table = file.reader as? any TableReader {
        let names = table.columnNames.prefix(50).map(\.escapingControls).joined(separator: ", ")
        text += "  columns: \(names)\(table.columnNames.count > 50 ? ", …" : "")\n"
      }
      if let modelError { text += "  not used as a network: \(modelError.escapingControls)\n" }
      if case .network(let model, let form) = reading, let units {
        text += ModelText(model, form: form, units: units, data: data).text
      }
      return text
    }
  }

  private func row(_ entry: TensorEntry) -> [String] {
    let name = entry.name.escapingControls
    let shape = Tensor.describe(entry.shape)
    var row: [String]
    switch entry.content {
    case .numbers(let type, let storedAs):
      let remarks = [storedAs.map { "stored as \($0.rawValue)" }, entry.remark?.escapingControls].compactMap(\.self)
      row = [name, shape, type.rawValue + (remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))")]
    case .other(let className, _):
      row = [name, entry.shape.isEmpty ? "" : shape, "\(className.escapingControls), not a numeric array"]
    }
    guard statistics != nil else { return row }
    row += statistics?[entry.name]?.columns ?? Array(repeating: "", count: 7)
    return row
  }

  /// The report for programs.
  var json: JSONValue {
    get throws {
      var arrays: [JSONValue] = []
      var others: [JSONValue] = []
      for entry in file.reader.entries {
        let shape = JSONValue.array(entry.shape.map(JSONValue.integer))
        switch entry.content {
        case .numbers(let type, let storedAs):
          var array: [String: JSONValue] = [
            "name": .text(entry.name), "type": .text(type.rawValue), "shape": shape,
            "stored_as": .text((storedAs ?? type).rawValue),
          ]
          if let of = statistics?[entry.name] { array.merge(of.json) { _, new in new } }
          if let remark = entry.remark { array["remark"] = .text(remark) }
          if let failure = failures[entry.name] { array["error"] = .text(failure.sentence) }
          arrays.append(.object(array))
        case .other(let className, let remedy):
          others.append(
            .object([
              "name": .text(entry.name), "class": .text(className), "shape": shape, "remedy": JSONValue(remedy),
            ]))
        }
      }
      return .object([
        "file": .text(file.input.name), "format": .text(file.format.name), "bytes": .integer(try file.input.size()),
        "compressed_bytes": file.input.compressedSize.map(JSONValue.integer) ?? .null,
        "arrays": .array(arrays), "other": .array(others), "model": modelJSON,
        "model_error": JSONValue(modelError),
        "column_stats": columnStatistics?.json ?? .null, "notes": .array(file.reader.notes.map(JSONValue.text)),
        "columns": columnsJSON, "damage": JSONValue(damageText),
      ])
    }
  }

  /// The names of a table's columns.
  private var columnsJSON: JSONValue {
    guard let table = file.reader as? any TableReader else { return .null }
    return .array(table.columnNames.map(JSONValue.text))
  }

  /// The sentence and the place; the file stands beside it.
  private var damageText: String? {
    damage?.withoutFile
  }

  private var modelJSON: JSONValue {
    guard case .network(let model, let form) = reading, let units else { return .null }
    return ModelReport.json(model, form: form, units: units)
  }

  /// Why a network of a sound file is not used.
  private var modelError: String? {
    if case .notUsed(let error) = reading { error.withoutFile } else { nil }
  }
}

extension TensorStatistics {
  /// The statistics of an array, block by block; integers beyond 2^53 are rounded to the nearest double.
  init(of name: String, in file: OpenFile) throws(FormatError) {
    self.init()
    do {
      let source = try file.source(of: name)
      try source.forEachBlockOfDoubles(nearest: true) { add($0) }
    } catch let error as FormatError {
      throw error
    } catch {
      throw FormatError(.unsuitable, at: .object(name), "\(error)", file: file.input.name)
    }
  }
}
