/// A way to store texts whose lengths are known when they are written.
public struct HDF5StringStyle: Sendable, Hashable {
  let isVariable: Bool
  let characterSet: HDF5StringFormat.CharacterSet
  let padding: HDF5StringFormat.Padding

  /// Each as long as it is, in UTF-8: what h5py writes for Python strings.
  public static let variable = HDF5StringStyle(isVariable: true, characterSet: .utf8, padding: .nullTerminated)
  /// As many bytes as the longest has, without room for a zero at the end, in ASCII: what MATLAB writes and wants.
  public static let fixedASCII = HDF5StringStyle(isVariable: false, characterSet: .ascii, padding: .nullTerminated)
  /// As many bytes as the longest has, in UTF-8.
  public static let fixedUTF8 = HDF5StringStyle(isVariable: false, characterSet: .utf8, padding: .nullTerminated)

  /// The format that has room for some texts; at least one byte, since HDF5 has no strings of none.
  public func format(fitting texts: [String]) -> HDF5StringFormat {
    HDF5StringFormat(
      length: isVariable ? .variable : .fixed(max(1, texts.map(\.utf8.count).max() ?? 1)),
      characterSet: characterSet, padding: padding)
  }
}
