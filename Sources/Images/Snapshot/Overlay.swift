// The layers of an image as one file system.

internal import Linux

/// The layers of an image as one file system, by overlayfs.
struct Overlay {
  /// How many layers the kernel takes (OVL_MAX_STACK), the empty one below them among them when it is needed.
  static let layerLimit = 500

  /// What a container changes.
  struct Writable: ~Copyable {
    let upper: Descriptor
    let work: Descriptor
  }

  /// Mounts layers read-only.
  /// - Parameter layers: the lowest first.
  static func mount(_ layers: [LayerRecord], _ folders: StoreFolders) throws(ImageError) -> MountTree {
    try check(layers)
    return try attempting("mounting the layers") { () throws(SystemCallError) in
      if layers.isEmpty {
        let tree = try MountTree.clone("", in: folders.empty, recursive: false)
        try tree.change(MountChange(set: .readOnly))
        return tree
      }
      let context = try context(layers, folders)
      // Without a writable layer overlayfs wants two others.
      if visible(layers).count == 1 { try append(folders.empty, "empty", to: context) }
      return try context.mount(.readOnly)
    }
  }

  /// Mounts layers with one above them that takes all changes.
  /// - Parameter isVolatile: whether what is written may be lost when the host stops: nothing waits for the disk.
  static func mount(
    _ layers: [LayerRecord], _ folders: StoreFolders, writable: borrowing Writable, isVolatile: Bool
  ) throws(ImageError) -> MountTree {
    try check(layers)
    return try attempting("mounting the layers") { () throws(SystemCallError) in
      let context = try context(layers, folders)
      if layers.isEmpty { try append(folders.empty, "empty", to: context) }
      try context.set("upperdir", path(writable.upper))
      try context.set("workdir", path(writable.work))
      if isVolatile { try context.set("volatile") }
      return try context.mount()
    }
  }

  private static func check(_ layers: [LayerRecord]) throws(ImageError) {
    let count = visible(layers).count
    guard count <= layerLimit else {
      throw ImageError(.limitExceeded, "the image has \(count) layers, at most \(layerLimit) can be mounted")
    }
  }

  /// The layers down to the first that hides the rest, the uppermost first.
  static func visible(_ layers: [LayerRecord]) -> [LayerRecord] {
    var visible: [LayerRecord] = []
    for layer in layers.reversed() {
      visible.append(layer)
      if layer.hidesAll { break }
    }
    return visible
  }

  private static func context(
    _ layers: [LayerRecord], _ folders: StoreFolders
  ) throws(SystemCallError) -> FileSystemContext {
    let context = try FileSystemContext("overlay")
    try context.set("source", "apus")
    // What the host has set as default must not change what an image looks like, or what its changes mean elsewhere.
    for (key, value) in [("index", "off"), ("metacopy", "off"), ("redirect_dir", "nofollow"), ("xino", "off")] {
      try context.set(key, value)
    }
    for layer in visible(layers) {
      let folder = try folders.layers.open(String(layer.id), [.path, .directory, .noFollow])
      try append(folder, String(layer.id), to: context)
    }
    return context
  }

  /// By descriptor since kernel 6.13, by path since 6.5.
  private static func append(
    _ folder: borrowing Descriptor, _ name: String, to context: borrowing FileSystemContext
  ) throws(SystemCallError) {
    do throws(SystemCallError) {
      try context.set("lowerdir+", to: folder)
    } catch {
      guard error.errno == .invalidArgument else { throw error }
      try context.set("lowerdir+", path(folder))
    }
  }

  private static func path(_ folder: borrowing Descriptor) -> String { "/proc/self/fd/\(folder.number)" }
}
