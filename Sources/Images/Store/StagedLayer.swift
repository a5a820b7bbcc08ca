// A layer that is being unpacked.

public import Linux

/// A layer that is being unpacked: a folder in staging, gone with this value unless the layer is put in place.
public struct StagedLayer: ~Copyable, Sendable {
  let name: String
  public let root: Descriptor
  private let store: Store
  private var isMoved = false

  init(_ store: Store) throws(ImageError) {
    let name = store.newName()
    root = try attempting("making a folder in the store") { () throws(SystemCallError) in
      try store.folders.staging.makeDirectory(name, mode: 0o755)
      return try store.folders.staging.open(name, [.readOnly, .directory, .noFollow])
    }
    self.store = store
    self.name = name
  }

  deinit {
    if isMoved { return }
    // Whoever opens the store later removes what is left here.
    try? store.folders.staging.removeTree(name)
  }

  /// The path of the folder, for another program.
  public var path: String { "\(store.path)/staging/\(name)" }

  consuming func wasMoved() { isMoved = true }
}
