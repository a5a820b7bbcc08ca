// Bundles of images: a root file system and its configuration.

internal import Linux
internal import OCI

extension Store {
  /// What an image says about itself.
  public func configuration(of image: ImageRecord) throws(ImageError) -> ImageConfiguration {
    try ImageConfiguration.decode(try document(image.id), layers: image.layers.count)
  }

  /// Makes a bundle that the runtime can run: mounts the image at `rootfs` below it, writable, and writes
  /// `config.json`. `unmount` of the root takes it apart again.
  /// - Parameter bundle: an absolute path; made when it is not there.
  @discardableResult
  public func makeBundle(
    _ image: ImageRecord, at bundle: String, _ overrides: ContainerOverrides = ContainerOverrides()
  ) throws(ImageError) -> SnapshotRecord {
    let configuration = try configuration(of: image)
    let root = bundle + "/rootfs"
    try attempting("making the bundle '\(bundle)'") { () throws(SystemCallError) in
      for path in [bundle, root] {
        do throws(SystemCallError) { try Descriptor.workingDirectory.makeDirectory(path, mode: 0o700) } catch {
          guard error.errno == .exists else { throw error }
        }
      }
    }
    let snapshot = try mount(image, at: root, .writable)
    do throws(ImageError) {
      try write(configuration, overrides, to: bundle)
    } catch {
      try unmount(root)
      throw error
    }
    return snapshot
  }

  private func write(
    _ configuration: ImageConfiguration, _ overrides: ContainerOverrides, to bundle: String
  ) throws(ImageError) {
    let doing = "writing the configuration of '\(bundle)'"
    let root = try attempting(doing) { () throws(SystemCallError) in
      try Descriptor.workingDirectory.open(bundle + "/rootfs", [.readOnly, .directory])
    }
    let spec = try configuration.runtimeSpec(overrides, root: root)
    try attempting(doing) { () throws(SystemCallError) in
      let flags: OpenFlags = [.writeOnly, .create, .truncate, .noFollow]
      let file = try Descriptor.workingDirectory.open(bundle + "/config.json", flags, mode: 0o600)
      try file.writeAll(spec.encoded(.twoSpaces))
    }
  }
}
