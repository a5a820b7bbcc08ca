// The images of the node, as pods see them.

internal import Foundation
internal import Images
internal import Linux
internal import Synchronization

/// An image as callers see it.
public struct NodeImage: Equatable, Sendable {
  /// The digest of its configuration, with its algorithm.
  public let id: String
  public let tags: [String]
  public let digests: [String]
  /// Bytes of its compressed layers and documents.
  public let size: UInt64
  /// By number, or by name; both nil when it names no user.
  public let uid: Int64?
  public let username: String?
  public let isPinned: Bool
}

/// How much room images, or what containers changed, take.
public struct StorageUse: Equatable, Sendable {
  public let path: String
  public let bytes: UInt64
  public let inodes: UInt64

  init(_ path: String, _ usage: DiskUsage) {
    self.path = path
    bytes = UInt64(max(0, usage.bytes))
    inodes = UInt64(max(0, usage.inodes))
  }
}

extension Node {
  /// All images, or the one of a name; none for a name that there is not.
  public func listImages(named name: String = "") async throws -> [NodeImage] {
    try await pool.run("images") { [images, settings] in
      do {
        let records = name.isEmpty ? try images.images() : try Node.find(name, in: images).map { [$0] } ?? []
        return try records.map { try NodeImage($0, images, settings) }
      } catch {
        throw PodError.wrapping(error, "listing the images")
      }
    }
  }

  /// The image of a name or id; nil when there is none.
  public func image(named name: String) async throws -> (image: NodeImage, configuration: [UInt8])? {
    try await pool.run("images") { [images, settings] in
      do {
        guard let record = try Node.find(name, in: images) else { return nil }
        return (try NodeImage(record, images, settings), try images.document(record.id))
      } catch {
        throw PodError.wrapping(error, "looking for the image '\(name)'")
      }
    }
  }

  /// Removes an image with all its names; one that is not there is no failure.
  public func removeImage(named name: String) async throws {
    guard !name.isEmpty else { throw PodError(.invalidArgument, "image.image: is empty") }
    try await pool.run("images") { [images] in
      do {
        guard let record = try Node.find(name, in: images) else { return }
        _ = try images.remove(record.id.description)
        try images.collect()
      } catch {
        throw PodError.wrapping(error, "removing the image '\(name)'")
      }
    }
    emptyTrash()
  }

  /// Gives the room back that removed images and changes of containers took; nobody waits for it.
  func emptyTrash() {
    Task.detached { [self] in
      do { try await pool.run("trash") { [images] in try images.emptyTrash() } } catch {
        report("giving room back", error, [:])
      }
    }
  }

  /// What images take, each layer once, and what containers have changed, as it was measured last: who asks has it
  /// measured again in the background.
  public func storage() async throws -> (images: StorageUse, containers: StorageUse) {
    let path = settings.imageRoot
    measureStorage()
    return try await pool.run("images") { [images] in
      do {
        let usage = try images.usage()
        return (StorageUse(path, usage.images), StorageUse(path, usage.snapshots))
      } catch {
        throw PodError.wrapping(error, "measuring the storage")
      }
    }
  }

  private static func find(_ name: String, in images: Store) throws(PodError) -> ImageRecord? {
    do throws(ImageError) { return try images.image(name) } catch {
      if error.reason == .notFound { return nil }
      throw PodError("image.image", error)
    }
  }
}

extension NodeImage {
  fileprivate init(_ record: ImageRecord, _ store: Store, _ settings: NodeSettings) throws {
    id = record.id.description
    tags = record.names.filter { !$0.contains("@") }
    digests = record.names.filter { $0.contains("@") }
    size = UInt64(max(0, record.size))
    // The group says nothing here.
    let user = try store.configuration(of: record).container.user.split(separator: ":").first.map(String.init) ?? ""
    uid = Int64(user)
    username = user.isEmpty || uid != nil ? nil : user
    isPinned =
      record.isPinned
      || settings.pinnedImages.contains { pattern in
        record.names.contains { name in
          pattern.hasSuffix("*") ? name.hasPrefix(String(pattern.dropLast())) : name == pattern
        }
      }
  }
}

/// How a caller proves to a registry who it is.
public struct ImageCredentials: Hashable, Sendable {
  public var username = ""
  public var password = ""
  /// `username:password` in base64.
  public var encoded = ""
  public var server = ""
  public var identityToken = ""
  public var registryToken = ""

  public init() {}
}

/// What brings images here.
public protocol ImagePuller: Sendable {
  /// - Returns: the digest of the image's configuration, with its algorithm.
  func pull(_ name: String, _ credentials: ImageCredentials?) async throws(PodError) -> String
}

extension Node {
  /// Brings an image here. A second request for the same joins the first.
  /// - Returns: the id, with which the image can be used at once.
  public func pullImage(_ name: String, _ credentials: ImageCredentials?) async throws -> String {
    let id = try await gates.run("image \(name) \(credentials.hashValue)", "PullImage") { [puller] _ in
      try await puller.pull(name, credentials)
    }
    // The image is usable before it is synced: a power cut in between costs a pull, and nothing else.
    do { try await pool.run("images") { [images] in try images.settle() } } catch {
      report("syncing an image", error, ["image": name])
    }
    return id
  }

  /// The runtime's configuration of a container; nil when it is gone.
  public func runtimeSpec(of record: ContainerRecord) async -> [UInt8]? {
    try? await pool.run(record.id) {
      try Descriptor.workingDirectory.readFile(record.folder + "/config.json", limit: 16 << 20)
    }
  }
}
