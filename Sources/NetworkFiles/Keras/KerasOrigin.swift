import TensorFiles

/// Whose the objects of a configuration are: Keras' own, or classes and functions that a user's program defines, which
/// may have the names of Keras' own.
enum KerasOrigin {
  /// The name of a class or function that a user's program defines; nil for what is Keras' own.
  ///
  /// `module` and `registered_name` tell it, where the version writes them; registered names are `package>name`.
  static func foreignName(of object: JSONValue) -> String? {
    let className = object["class_name"]?.textValue ?? ""
    let name = className == "function" ? object["config"]?.textValue ?? className : className
    if name.contains(">") { return name }
    let registered = object["registered_name"]?.textValue ?? ""
    if registered.contains(">"), !registered.hasPrefix("keras>") { return registered }
    // Files of layers by name, `.h5`, have no modules; Keras writes null for a class that it cannot import again.
    guard let module = object["module"] else { return nil }
    guard let path = module.textValue, path != "builtins" else { return name }
    return isKeras(path) ? nil : "\(path).\(name)"
  }

  private static func isKeras(_ module: String) -> Bool {
    ["keras", "tf_keras", "keras_core", "tensorflow.keras", "tensorflow.python.keras"].contains { package in
      module == package || module.hasPrefix(package + ".")
    }
  }
}
