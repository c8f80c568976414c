import Tensors

/// A class of MATLAB's whose variables are listed, not read: in words, and with what can be done about it in MATLAB.
///
/// One list for every level of MAT files, so that a variable reads the same wherever it was saved.
enum MATLABClass: Hashable {
  case cell
  case structure
  case char
  case sparse(isLogical: Bool, isComplex: Bool)
  case function
  /// An object of a class by that name: `table`, `string`, `datetime`, a user's own.
  case object(String)
  /// An object of the old kind, whose fields `struct` gives.
  case oldObject(String)
  /// A full array of numbers of a class that has no element type here: complex integers, complex logicals.
  case numbers(String)
  /// A class that is not known, in the file's words.
  case unknown(String)

  /// The class as it is listed: `sparse complex double`, `object table`.
  var className: String {
    switch self {
    case .cell: "cell"
    case .structure: "struct"
    case .char: "char"
    case .sparse(isLogical: true, _): "sparse logical"
    case .sparse(isLogical: false, let isComplex): isComplex ? "sparse complex double" : "sparse double"
    case .function: "function handle"
    case .object(let name), .oldObject(let name): name.isEmpty ? "object" : "object \(name)"
    case .numbers(let name): name
    case .unknown(let name): "unknown class \(name)"
    }
  }

  /// What can be done about a variable of that name: `in MATLAB, save cell2mat(x) …`; nil where nothing is known.
  ///
  /// - Parameter program: whose words these are: `MATLAB`, `Octave`.
  func remedy(for name: String, in program: String = "MATLAB") -> String? {
    advice(for: name).map { "in \(program), \($0)" }
  }

  /// How a variable of the class is listed.
  func entry(name: String, shape: [Int], remark: String? = nil, in program: String = "MATLAB") -> TensorEntry {
    var remedy = remedy(for: name, in: program)
    // Only the fields of one structure can be variables.
    if case .structure = self, shape.contains(where: { $0 != 1 }) {
      remedy = "in \(program), [\(name).field] makes one array of a field of all elements; save that instead"
    }
    return TensorEntry(
      name: name, shape: shape, content: .other(className: className, remedy: remedy), remark: remark)
  }

  private func advice(for name: String) -> String? {
    switch self {
    case .cell: "where the cells are numbers, save cell2mat(\(name)) instead"
    case .structure: "save(file, '-struct', '\(name)') saves the fields as variables"
    case .char: "double(\(name)) gives the character codes, str2double(\(name)) the number that is written"
    case .sparse: "save full(\(name)) instead"
    case .function: "save the numbers that it computes instead"
    case .object(let className): MATLABClass.advice(for: name, of: className)
    case .oldObject: "struct(\(name)) gives its fields; save those that are numbers"
    case .numbers(let className):
      className.hasPrefix("complex")
        ? "save double(\(name)) instead, or real(\(name)) and imag(\(name))" : "save double(\(name)) instead"
    case .unknown: nil
    }
  }

  /// What makes numbers of an object of a class of MATLAB's own.
  private static func advice(for name: String, of className: String) -> String {
    switch className {
    case "table": "save table2array(\(name)) instead, or its columns one by one"
    case "timetable": "save table2array(timetable2table(\(name), 'ConvertRowTimes', false)) instead"
    case "string": "char(\(name)) gives the texts, double(\(name)) the numbers that are written"
    case "datetime": "save posixtime(\(name)) instead, the seconds since 1970"
    case "duration": "save seconds(\(name)) instead"
    case "calendarDuration": "save split(\(name), {'months', 'days', 'time'}) instead"
    case "categorical": "save double(\(name)) instead, and categories(\(name)) for the names"
    case "containers.Map", "dictionary": "values(\(name)) and keys(\(name)) give what is in it; save those"
    case "gpuArray": "save gather(\(name)) instead"
    case "tall": "save gather(\(name)) instead"
    case "dlarray": "save extractdata(\(name)) instead"
    default: "convert it to an array of numbers and save that instead"
    }
  }
}
