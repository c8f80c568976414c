import NetworkFiles
import TensorFiles

/// What a file is as a network, for reports that list its arrays whatever it is.
enum NetworkReading {
  /// It holds a network of that form.
  case network(TrainedNetwork, form: any NetworkFormat)
  /// It holds arrays and no network.
  case none
  /// It holds a network that is not for us, or whose activations must be told; the file itself is sound.
  case notUsed(FormatError)
  /// It says that it holds a network, and this cannot be read.
  case damaged(FormatError)

  /// Reads the network of an open file, in the form that is named or else recognised.
  init(_ file: OpenFile, as named: (any NetworkFormat)? = nil, options: NetworkReadingOptions) {
    // The layers that are left of a damaged file may chain too, and are another network.
    guard file.reader.damage == nil, let form = named ?? NetworkFormats.recognize(file) else {
      self = .none
      return
    }
    do throws(FormatError) {
      self = .network(try NetworkFormats.network(in: file, as: form, options: options), form: form)
    } catch {
      self = NetworkReading.failure(error, of: form, in: file)
    }
  }

  private static func failure(_ error: FormatError, of form: any NetworkFormat, in file: OpenFile) -> NetworkReading {
    guard form is ParametersFormat else {
      return [.unsupported, .unsuitable].contains(error.code) ? .notUsed(error) : .damaged(error)
    }
    // Another program may call something else W1, and such a file is sound; one that says it is ours is not.
    do throws(FormatError) {
      return try ParameterFile.isMarked(file.reader) ? .damaged(error) : .notUsed(error)
    } catch {
      return .damaged(error)
    }
  }

  /// The network, if there is one.
  var trained: TrainedNetwork? { if case .network(let trained, _) = self { trained } else { nil } }
}

extension FormatError {
  /// The place and the sentence, where the file is named already.
  var withoutFile: String {
    var error = self
    error.file = nil
    return error.description
  }
}
