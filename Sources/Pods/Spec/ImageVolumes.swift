// Images that are mounted as volumes of a container.

internal import Images
internal import Linux

/// Images that are mounted as volumes of a container: below its folder, read-only, and for as long as it is there.
/// Their layers stay as long, even when the image is removed.
struct ImageVolumes {
  let images: Store
  let container: ContainerRecord
  /// The file of the user namespace by which owners are shown; nil for the host's.
  let userNamespace: String?

  /// What the kubelet knows such failures by (cri-api, errors).
  static let failure = "ImageVolumeMountFailed"

  /// Where the image of a mount is mounted; nil for a mount of a path of the host.
  static func target(_ index: Int, _ mount: ContainerMount, _ folder: String) -> String? {
    mount.image.isEmpty ? nil : "\(folder)/volumes/\(index)"
  }

  /// Mounts them all.
  /// - Returns: the paths of the host that the mounts lead to, by the number of the mount.
  func mount() throws(PodError) -> [Int: String] {
    var paths: [Int: String] = [:]
    for (index, mount) in container.configuration.mounts.enumerated() {
      let field = "mounts[\(index)]"
      let names = try ImageVolumes.check(mount, field)
      guard let target = ImageVolumes.target(index, mount, container.folder) else { continue }
      try Node.makeFolder(target, mode: 0o700)
      do throws(ImageError) {
        let image = try images.image(mount.image)
        try images.mount(image, at: target, [], userNamespace: userNamespace)
      } catch {
        throw PodError("\(ImageVolumes.failure): \(field).image", error)
      }
      paths[index] = try ImageVolumes.resolve(names, in: target, field)
    }
    return paths
  }

  /// Refuses what no mount of an image can be.
  /// - Returns: the names of the path in the image.
  private static func check(_ mount: ContainerMount, _ field: String) throws(PodError) -> [Substring] {
    let path = mount.imageSubPath ?? ""
    guard !mount.image.isEmpty else {
      if path.isEmpty { return [] }
      throw PodError(.invalidArgument, "\(field).image_sub_path: there is no image")
    }
    guard mount.propagation == .none else {
      throw PodError(.invalidArgument, "\(field).propagation: an image passes no mounts on")
    }
    let names = path.split(separator: "/")
    guard !path.hasPrefix("/"), !names.contains(".."), !path.utf8.contains(0) else {
      throw PodError(
        .invalidArgument,
        "\(failure): \(field).image_sub_path: '\(path)' is absolute or leads upwards, expected a path in the image")
    }
    return names
  }

  /// The path of the host that a path of the image leads to: links count from the root of the image.
  private static func resolve(
    _ names: [Substring], in target: String, _ field: String
  ) throws(PodError) -> String {
    let path = names.joined(separator: "/")
    do throws(SystemCallError) {
      let root = try Descriptor.workingDirectory.open(target, [.path, .directory, .noFollow])
      let place = try root.open(path.isEmpty ? "." : path, .path, resolve: .container)
      return try Descriptor.workingDirectory.readLink("/proc/self/fd/\(place.number)")
    } catch {
      guard error.errno == .noEntry || error.errno == .notDirectory || error.errno == .symbolicLinkLoop else {
        throw PodError("\(failure): \(field).image_sub_path: '\(path)'", error)
      }
      throw PodError(
        .invalidArgument, "\(failure): \(field).image_sub_path: '\(path)' does not exist in the image")
    }
  }
}
