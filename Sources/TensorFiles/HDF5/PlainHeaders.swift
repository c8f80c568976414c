import HDF5

/// Reads the headers of plain datasets from the bytes of a file, which is much cheaper than opening each.
final class PlainHeaders {
  private let input: InputFile
  private let isReadable: Bool
  /// A part of the file: headers that were written one after the other are often read so.
  private var window: [UInt8] = []
  private var windowStart = 0

  private static let windowLength = 1 << 16

  init(_ input: InputFile) {
    self.input = input
    // What cannot be read here is left to the library, which says why.
    do { isReadable = PlainDatasetHeader.canRead(fileBeginningWith: try input.prefix(64)) } catch { isReadable = false }
  }

  /// The header that begins at an address; nil where the library must be asked.
  func header(at address: Int?) -> PlainDatasetHeader? {
    guard isReadable, let address, let size = input.knownSize, address >= 0, address < size else { return nil }
    let length = min(PlainDatasetHeader.maximumLength, size - address)
    if address < windowStart || address + length > windowStart + window.count {
      do { window = try input.bytes(at: address, count: min(PlainHeaders.windowLength, size - address)) } catch {
        return nil
      }
      windowStart = address
    }
    return PlainDatasetHeader(window, at: address - windowStart)
  }
}
