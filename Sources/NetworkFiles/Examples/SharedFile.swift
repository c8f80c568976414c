import Synchronization
import Tensors

/// A file from which several threads read, one at a time: what is open of it is open once.
final class SharedFile<Content>: @unchecked Sendable {
  private let lock = Mutex(())
  private let content: Content

  /// What only ``reading(_:)`` uses from here on.
  init(_ content: Content) { self.content = content }

  /// Does something with the file while no other thread does.
  func reading<Result, Failure: Error>(_ body: (Content) throws(Failure) -> Result) throws(Failure) -> Result {
    var result: Swift.Result<Result, Failure>?
    lock.withLock { _ in
      do throws(Failure) { result = .success(try body(content)) } catch { result = .failure(error) }
    }
    switch result {
    case .success(let value)?: return value
    case .failure(let error)?: throw error
    case nil: preconditionFailure("the body runs once")
    }
  }
}
