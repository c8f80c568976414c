internal import CHDF5
internal import Synchronization

/// The one door to the HDF5 library: its lock, its start, and the place where a negative result becomes an error.
///
/// The library may be built without thread safety and its error stack is global then, so every call and the reading
/// of the stack after it happen under one lock. The lock is not recursive: what runs inside a call (a callback of
/// an iteration, an allocator) only collects, and a call made there ends the process with a sentence.
package enum Library {
  private struct State {
    var isStarted = false
    var isThreadSafe = false
  }

  private static let state = Mutex(State())
  /// The thread that is inside the library, 0 for none.
  private static let owner = Atomic<UInt>(0)
  /// Identifiers that this module holds.
  private static let held = Atomic<Int>(0)

  /// Runs one call of the library and turns a negative result into an error that carries the library's stack.
  ///
  /// - Parameters:
  ///   - name: The function, as `H5Dread`.
  ///   - object: What it works on, for the error.
  ///   - body: The call and nothing else.
  @discardableResult
  package static func call<Result: SignedInteger & Sendable>(
    _ name: String, on object: @autoclosure () -> String, _ body: () -> Result
  ) throws(HDF5Error) -> Result {
    let (result, stack) = entered {
      let result = body()
      return (result, result < 0 ? errorStack() : [])
    }
    guard result >= 0 else { throw HDF5Error(.failedCall, call: name, object: object(), stack: stack) }
    return result
  }

  /// Runs what cannot fail, or whose failure nobody could use, inside the library's lock.
  static func perform<Result: Sendable>(_ body: () -> Result) -> Result { entered(body) }

  private static func entered<Result: Sendable>(_ body: () -> Result) -> Result {
    let thread = UInt(chdf5_thread())
    // Only this thread can have stored its own number, so no order with other memory is needed.
    if owner.load(ordering: .relaxed) == thread {
      fatalError("HDF5 was called from inside a call of HDF5; callbacks may only collect")
    }
    return state.withLock { state in
      owner.store(thread, ordering: .relaxed)
      defer { owner.store(0, ordering: .relaxed) }
      start(&state)
      return body()
    }
  }

  /// What must be said to the library before anything else is asked of it.
  private static func start(_ state: inout State) {
    if !state.isStarted {
      // After a close that failed the library's handler at exit can crash. Files are closed by their owners here, so
      // nothing is left for it. This call must be the very first.
      H5dont_atexit()
      H5open()
      // A file that names an unknown filter would make the library load whatever lies in the plugin folder.
      H5PLset_loading_state(0)
      LZFFilter.register()
      var isThreadSafe = false
      unsafe H5is_library_threadsafe(&isThreadSafe)
      state.isThreadSafe = isThreadSafe
    }
    // The library prints its errors unless told not to; a thread-safe one must be told by every thread, once.
    if !state.isStarted || (state.isThreadSafe && !chdf5_was_silenced()) {
      H5Eset_auto2(chdf5_default(), nil, nil)
    }
    state.isStarted = true
  }

  /// The lines of the library's error stack, innermost first. Called inside the lock.
  private static func errorStack() -> [String] {
    var lines: [String] = []
    unsafe withUnsafeMutablePointer(to: &lines) { lines in
      let collect: H5E_walk2_t = { _, entry, context in
        guard let entry = unsafe entry?.pointee, let context = unsafe context else { return 0 }
        let function = unsafe entry.func_name.map { unsafe String(cString: $0) } ?? "?"
        let reason = unsafe entry.desc.map { unsafe String(cString: $0) } ?? "no reason given"
        unsafe context.assumingMemoryBound(to: [String].self).pointee.append("\(reason) (\(function))")
        return 0
      }
      _ = unsafe H5Ewalk2(chdf5_default(), H5E_WALK_UPWARD, collect, lines)
    }
    return lines
  }

  /// Counts an identifier that this module took (+1) or gave back (-1).
  static func count(_ change: Int) { held.add(change, ordering: .relaxed) }

  /// The identifiers of any kind that this module holds now.
  package static var heldIdentifierCount: Int { held.load(ordering: .relaxed) }

  /// The files, groups, datasets, named types and attributes that the library itself counts as open now.
  ///
  /// Related HDF5 function: `H5Fget_obj_count`.
  package static var openObjectCount: Int {
    perform { Int(H5Fget_obj_count(hid_t(chdf5_all_objects()), chdf5_all_objects())) }
  }
}

extension Library {
  /// Names go to the library as C strings, which end at the first zero byte: one inside would silently cut the name.
  static func checkName(_ name: String, call: String, object: @autoclosure () -> String) throws(HDF5Error) {
    guard !name.utf8.contains(0) else {
      throw HDF5Error(
        .invalidArgument, call: call, object: object(), reason: "cannot be given a name that contains a zero byte")
    }
  }
}
