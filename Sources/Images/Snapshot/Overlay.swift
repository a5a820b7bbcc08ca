// The layers of an image as one file system.

internal import Linux

/// The layers of an image as one file system, by overlayfs.
struct Overlay {
  /// How many layers the kernel takes (OVL_MAX_STACK), the empty one below them among them when it is needed.
  static let layerLimit = 500

  /// How overlayfs is told its layers.
  enum Interface: CaseIterable {
    /// By descriptors, since kernel 6.13.
    case descriptors
    /// By one path after the other, since kernel 6.5.
    case paths
    /// By mount(2), whose options have the room of one page.
    case options
  }

  /// The folders that take changes.
  private struct Writable: ~Copyable {
    let upper: Descriptor
    let work: Descriptor
  }

  /// The options of mount(2), with the byte that ends them.
  static let pageBytes = 4096

  let layers: [Int64]
  let snapshot: SnapshotRecord
  let store: Store
  let interface: Interface
  /// The kernel takes detached trees as layers since 6.15; before, they have to be mounted somewhere.
  var attachesTrees = false

  /// - Parameters:
  ///   - layers: the lowest first.
  ///   - interface: nil for the best that the kernel has.
  init(
    _ layers: [LayerRecord], _ snapshot: SnapshotRecord, in store: Store, interface: Interface? = nil
  ) throws(ImageError) {
    self.layers = Overlay.visible(layers).map(\.id)
    self.snapshot = snapshot
    self.store = store
    guard self.layers.count <= Overlay.layerLimit else {
      throw ImageError(
        .limitExceeded, "the image has \(self.layers.count) layers, at most \(Overlay.layerLimit) can be mounted")
    }
    if let interface {
      self.interface = interface
    } else {
      self.interface = try attempting("asking overlayfs what it takes") { () throws(SystemCallError) in
        try Overlay.bestInterface(store.folders)
      }
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

  /// Mounts the layers, detached.
  func mount() throws(ImageError) -> MountTree {
    guard let path = snapshot.userNamespace else { return try mount(in: store.folders.root) }
    let tree = try attempting("mapping the owners of the layers") { () throws(SystemCallError) in
      try Overlay.mapped(store.folders, by: path)
    }
    if !attachesTrees {
      do throws(ImageError) { return try mount(in: tree.root) } catch {
        guard error.reason == .system(.invalidArgument) else { throw error }
      }
    }
    // Overlayfs makes copies of its own of the mounts of its layers, so that this one ends with the moment.
    let place = try MountPlace(store)
    try attempting("mounting the layers") { () throws(SystemCallError) in try place.attach(tree) }
    return try mount(in: tree.root)
  }

  /// The folders of a store with their owners as a user namespace maps them, detached.
  static func mapped(_ folders: StoreFolders, by path: String) throws(SystemCallError) -> MountTree {
    let users = try Descriptor.workingDirectory.open(path, .readOnly)
    let tree = try MountTree.clone("", in: folders.root, recursive: false)
    try tree.mapOwners(by: users, recursive: false, subject: path)
    return tree
  }

  // MARK: - The parts

  /// The folders below the root of the store, the uppermost first. Without a writable layer overlayfs wants two others.
  private var lowers: [String] {
    let needed = snapshot.options.contains(.writable) ? 1 : 2
    return layers.map { "l/\($0)" } + StoreFolders.empties.prefix(max(0, needed - layers.count))
  }

  /// What the host has set as default must not change what an image looks like, or what its changes mean elsewhere.
  private static let fixed = [("index", "off"), ("metacopy", "off"), ("redirect_dir", "nofollow"), ("xino", "off")]

  private func mount(in root: borrowing Descriptor) throws(ImageError) -> MountTree {
    if interface == .options { return try mountByOptions(in: root) }
    return try attempting("mounting the layers") { () throws(SystemCallError) in
      let context = try FileSystemContext("overlay")
      try context.set("source", snapshot.source)
      for (key, value) in Overlay.fixed { try context.set(key, value) }
      for name in lowers {
        let folder = try root.open(name, [.path, .directory, .noFollow])
        if interface == .descriptors {
          try context.set("lowerdir+", to: folder)
        } else {
          try context.set("lowerdir+", Overlay.path(folder))
        }
      }
      guard snapshot.options.contains(.writable) else { return try context.mount(.readOnly) }
      let folder = try writable()
      try context.set("upperdir", Overlay.path(folder.upper))
      try context.set("workdir", Overlay.path(folder.work))
      if snapshot.options.contains(.volatile) { try context.set("volatile") }
      return try context.mount()
    }
  }

  /// Never with mapped owners: overlayfs makes entries of its own in them as the root of the host.
  private func writable() throws(SystemCallError) -> Writable {
    let folder = try store.folders.snapshots.open(String(snapshot.id), [.path, .directory, .noFollow])
    let flags: OpenFlags = [.path, .directory, .noFollow]
    return Writable(upper: try folder.open("upper", flags), work: try folder.open("work", flags))
  }

  private static func path(_ folder: borrowing Descriptor) -> String { "/proc/self/fd/\(folder.number)" }

  private static func bestInterface(_ folders: StoreFolders) throws(SystemCallError) -> Interface {
    let empty = try folders.root.open(StoreFolders.empties[0], [.path, .directory])
    for interface in [Interface.descriptors, .paths] {
      let context = try FileSystemContext("overlay")
      do throws(SystemCallError) {
        if interface == .descriptors {
          try context.set("lowerdir+", to: empty)
        } else {
          try context.set("lowerdir+", path(empty))
        }
        return interface
      } catch {
        guard error.errno == .invalidArgument else { throw error }
      }
    }
    return .options
  }
}

// MARK: - Kernels before 6.5

extension Overlay {
  private func mountByOptions(in root: borrowing Descriptor) throws(ImageError) -> MountTree {
    let doing = "mounting the layers"
    // They stay open until the mount is there.
    var held = DescriptorList()
    var parts = Overlay.fixed.map { "\($0.0)=\($0.1)" }
    try attempting(doing) { () throws(SystemCallError) in
      var paths: [String] = []
      for name in lowers {
        let folder = try root.open(name, [.path, .directory, .noFollow])
        paths.append(Overlay.path(folder))
        held.append(folder)
      }
      parts.append("lowerdir=" + paths.joined(separator: ":"))
      guard snapshot.options.contains(.writable) else { return }
      let folder = try store.folders.snapshots.open(String(snapshot.id), [.path, .directory, .noFollow])
      // One descriptor is enough: both lie below it.
      for part in ["upper", "work"] { parts.append("\(part)dir=\(Overlay.path(folder))/\(part)") }
      held.append(folder)
    }
    if snapshot.options.contains(.volatile) { parts.append("volatile") }
    let options = parts.joined(separator: ",")
    guard options.utf8.count < Overlay.pageBytes else {
      throw ImageError(
        .limitExceeded,
        "the image has \(layers.count) layers, too many for this kernel: 6.5 and later take \(Overlay.layerLimit)")
    }
    let place = try MountPlace(store)
    return try attempting(doing) { () throws(SystemCallError) in
      try mountFileSystem(snapshot.source, at: place.path, type: "overlay", options)
      let tree = try place.takeTree()
      if !snapshot.options.contains(.writable) { try tree.change(MountChange(set: .readOnly)) }
      return tree
    }
  }
}
