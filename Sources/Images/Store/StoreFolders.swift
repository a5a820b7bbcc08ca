// The folders of a store.

internal import Linux

/// The folders of a store. Only root can look into them: what lies in layers has set-id bits (CVE-2021-41103).
///
/// | folder    | holds                                                              |
/// |-----------|--------------------------------------------------------------------|
/// | `blobs/`  | `sha256/HEX`: manifests, configurations, compressed layers         |
/// | `l/`      | `NUMBER`: a layer's tree; short, for the options of a mount        |
/// | `s/`      | `NUMBER/{upper,work}`: what containers change                      |
/// | `empty/`  | two folders of nothing: what lies below the lowest layer           |
/// | `m/`      | places to mount something at for a moment, on older kernels        |
/// | `staging/`| what is being made, under the name of the process that makes it    |
/// | `trash/`  | what is being removed, likewise                                    |
final class StoreFolders: Sendable {
  let root: Descriptor
  let blobs: Descriptor
  let layers: Descriptor
  let snapshots: Descriptor
  let places: Descriptor
  let staging: Descriptor
  let trash: Descriptor

  /// Where nothing lies, below the root.
  static let empties = ["empty/1", "empty/2"]

  init(path: String) throws(ImageError) {
    do throws(SystemCallError) {
      try StoreFolders.make(path, in: Descriptor.workingDirectory)
      let root = try Descriptor.workingDirectory.open(path, [.readOnly, .directory])
      // An earlier hand may have left it open to others.
      if try root.status().permissions != 0o700 { try root.changeMode(0o700) }
      let blobs = try StoreFolders.open("blobs", in: root)
      for algorithm in DigestAlgorithm.allCases { _ = try StoreFolders.open(algorithm.rawValue, in: blobs) }
      layers = try StoreFolders.open("l", in: root)
      snapshots = try StoreFolders.open("s", in: root)
      places = try StoreFolders.open("m", in: root)
      for name in StoreFolders.empties { try StoreFolders.make(name, in: root) }
      staging = try StoreFolders.open("staging", in: root)
      trash = try StoreFolders.open("trash", in: root)
      self.blobs = blobs
      self.root = root
    } catch {
      throw ImageError("opening the store '\(path)'", error)
    }
  }

  private static func open(_ name: String, in directory: borrowing Descriptor) throws(SystemCallError) -> Descriptor {
    try make(name, in: directory)
    return try directory.open(name, [.readOnly, .directory, .noFollow])
  }

  /// Makes a directory and those above it.
  private static func make(_ path: String, in directory: borrowing Descriptor) throws(SystemCallError) {
    do throws(SystemCallError) {
      try directory.makeDirectory(path, mode: 0o700)
    } catch {
      if error.errno == .exists { return }
      guard error.errno == .noEntry, let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")), slash > path.startIndex
      else { throw error }
      try make(String(path[..<slash]), in: directory)
      try make(path, in: directory)
    }
  }
}
