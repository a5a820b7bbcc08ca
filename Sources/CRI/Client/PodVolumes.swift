// The volumes of a pod that a manifest describes.

internal import Linux
internal import Manifest

/// The volumes of a pod that a manifest describes: paths of the host, and folders that live as long as the pod.
struct PodVolumes {
  let uid: String

  /// Folders of pods, by uid: on the disk, and in memory.
  private static let onDisk = "/var/lib/apusd/volumes"
  private static let inMemory = "/run/apusd/volumes"

  /// Makes what a volume needs and returns its path on the host.
  func path(of volume: PodManifest.Volume) throws -> String {
    switch volume.source {
    case .emptyDirectory(let isInMemory):
      let path = "\(isInMemory ? Self.inMemory : Self.onDisk)/\(uid)/\(volume.name)"
      let isNew = try Self.makeFolders(path)
      // Of any user, as in Kubernetes.
      try calling(volume) { () throws(SystemCallError) in
        if isInMemory && isNew { try Self.mountMemory(at: path) }
        try Descriptor.workingDirectory.changeMode(of: path, 0o777)
      }
      return path
    case .hostPath(let path, let type):
      try check(path, type, volume)
      return path
    }
  }

  /// The part of a volume that is mounted; missing folders are made.
  func path(of mount: PodManifest.VolumeMount, in root: String, _ volume: PodManifest.Volume) throws -> String {
    if mount.subPath.isEmpty { return root }
    try calling(volume) { () throws(SystemCallError) in
      var folder = try Descriptor.workingDirectory.open(root, [.path, .directory])
      let pieces = mount.subPath.split(separator: "/").map(String.init)
      for (index, piece) in pieces.enumerated() {
        do throws(SystemCallError) {
          try folder.makeDirectory(piece, mode: 0o755)
        } catch {
          if error.errno != .exists { throw error }
        }
        // What another container may have put there leads nowhere else (CVE-2017-1002101); the last may be a file.
        let isLast = index == pieces.count - 1
        folder = try folder.open(piece, isLast ? .path : [.path, .directory], resolve: [.beneath, .noSymlinks])
      }
    }
    return root + "/" + mount.subPath
  }

  /// Takes the pod's folders away.
  func remove() throws {
    // A uid that is no plain name is not one of ours.
    guard !uid.isEmpty, uid.utf8.allSatisfy({ $0 != 0x2f }), uid != ".", uid != ".." else { return }
    for root in [Self.onDisk, Self.inMemory] {
      do throws(SystemCallError) {
        if root == Self.inMemory { try Self.unmountMemory(below: root + "/" + uid) }
        try Descriptor.workingDirectory.removeTree(root + "/" + uid)
      } catch {
        throw ClientError("removing the volumes of pod '\(uid)': \(error.message)")
      }
    }
  }

  private static func mountMemory(at path: String) throws(SystemCallError) {
    let place = try Descriptor.workingDirectory.open(path, [.path, .directory, .noFollow])
    let context = try FileSystemContext("tmpfs")
    try context.set("source", "volume")
    try context.mount([.noSetID, .noDevices]).attach(to: place, subject: path)
  }

  private static func unmountMemory(below path: String) throws(SystemCallError) {
    do throws(SystemCallError) {
      for entry in try Descriptor.workingDirectory.open(path, [.readOnly, .directory, .noFollow]).entries() {
        let place = path + "/" + entry.name
        if try Descriptor.workingDirectory.status(of: place).isMountRoot { try detachMount(place) }
      }
    } catch {
      if error.errno != .noEntry { throw error }
    }
  }

  /// - Returns: whether the last one is new.
  @discardableResult
  private static func makeFolders(_ path: String) throws -> Bool {
    var (made, isNew) = ("", false)
    for piece in path.split(separator: "/") {
      made += "/" + piece
      do throws(SystemCallError) {
        try Descriptor.workingDirectory.makeDirectory(made, mode: 0o755)
        isNew = true
      } catch {
        if error.errno != .exists { throw ClientError("making a volume: \(error.message)") }
        isNew = false
      }
    }
    return isNew
  }

  private func check(_ path: String, _ type: String, _ volume: PodManifest.Volume) throws {
    let kinds: [String: FileKind] = [
      "Directory": .directory, "DirectoryOrCreate": .directory, "File": .regular, "FileOrCreate": .regular,
      "Socket": .socket, "CharDevice": .characterDevice, "BlockDevice": .blockDevice,
    ]
    if type.isEmpty { return }
    guard let kind = kinds[type] else { throw ClientError("volume '\(volume.name)': there is no type '\(type)'") }
    if type == "DirectoryOrCreate" { try Self.makeFolders(path) }
    let found = try calling(volume) { () throws(SystemCallError) -> FileKind in
      if type == "FileOrCreate" {
        _ = try Descriptor.workingDirectory.open(path, [.writeOnly, .create, .nonBlocking], mode: 0o644)
      }
      return try Descriptor.workingDirectory.status(of: path, followLinks: true).kind
    }
    if found != kind { throw ClientError("volume '\(volume.name)': '\(path)' is no \(type)") }
  }

  private func calling<T>(_ volume: PodManifest.Volume, _ body: () throws(SystemCallError) -> T) throws -> T {
    do throws(SystemCallError) {
      return try body()
    } catch {
      throw ClientError("volume '\(volume.name)': \(error.message)")
    }
  }
}
