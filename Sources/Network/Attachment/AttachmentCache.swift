// The folder that remembers attachments.

import Linux

/// Remembers attachments, one file for each (network, container, interface), so that each can be undone whatever has
/// become of its configuration. A file is whole or absent: it is written under another name first.
struct AttachmentCache: Sendable {
  let path: String

  /// Stands between the parts of a name; none of them may hold it.
  private static let separator: Character = ":"
  private static let largestFile = 8 << 20

  /// Where one attachment is remembered.
  struct Key: Hashable, Sendable {
    let network: String
    let containerID: String
    let interface: String

    init(network: String, containerID: String, interface: String) {
      self.network = network
      self.containerID = containerID
      self.interface = interface
    }

    init(_ record: AttachmentRecord) {
      self.init(
        network: record.network.name, containerID: record.attachment.containerID,
        interface: record.attachment.interface)
    }

    init?(fileName: String) {
      let parts = fileName.split(separator: separator, omittingEmptySubsequences: false).map(String.init)
      guard parts.count == 3, NetworkName.isIdentifier(parts[0]), NetworkName.isIdentifier(parts[1]),
        NetworkName.isInterface(parts[2])
      else { return nil }
      self.init(network: parts[0], containerID: parts[1], interface: parts[2])
    }

    var fileName: String { [network, containerID, interface].joined(separator: String(separator)) }
  }

  private func open() throws(SystemCallError) -> Descriptor {
    var made = ""
    for part in path.split(separator: "/") {
      made += "/" + part
      do {
        try Descriptor.workingDirectory.makeDirectory(made, mode: 0o700)
      } catch {
        if error.errno != .exists { throw error }
      }
    }
    return try Descriptor.workingDirectory.open(path, [.readOnly, .directory])
  }

  /// Remembers an attachment, in place of what was known of it. It survives a loss of power, as the leases of
  /// addresses do that plugins write: of one that was known before, either what was known or what is known now.
  func store(_ record: AttachmentRecord) throws(NetworkError) {
    let name = Key(record).fileName
    try naming("remembering the attachment of container '\(record.attachment.containerID)'") {
      () throws(SystemCallError) in
      let folder = try open()
      let draft = "." + name
      let isKnown = (try? folder.status(of: name)) != nil
      do throws(SystemCallError) {
        let file = try folder.open(draft, [.writeOnly, .create, .truncate, .noFollow], mode: 0o600)
        try file.writeAll(record.document.bytes, subject: name)
        try file.sync()
        try folder.rename(draft, to: name, in: folder)
        if !isKnown { try folder.sync() }
      } catch {
        try? folder.removeFile(draft)
        throw error
      }
    }
  }

  func load(_ key: Key) throws(NetworkError) -> AttachmentRecord {
    let file = path + "/" + key.fileName
    let bytes = try naming("reading an attachment") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.readRegularFile(file, limit: Self.largestFile)
    }
    guard let document = try? JSONValue(parsing: bytes) else {
      throw NetworkError(.configuration, "\(file): not a record of an attachment")
    }
    return try AttachmentRecord(document, file: file)
  }

  func remove(_ key: Key) throws(NetworkError) {
    try naming("forgetting the attachment of container '\(key.containerID)'") { () throws(SystemCallError) in
      let folder = try open()
      do throws(SystemCallError) {
        try folder.removeFile(key.fileName)
      } catch {
        if error.errno != .noEntry { throw error }
      }
    }
  }

  /// Removes what daemons left that died while they wrote. Nothing may be written meanwhile.
  func removeDrafts() throws(NetworkError) {
    try naming("removing what is left of attachments") { () throws(SystemCallError) in
      let folder = try open()
      for entry in try folder.entries() where entry.name.hasPrefix(".") && entry.name.contains(Self.separator) {
        try folder.removeFile(entry.name)
      }
    }
  }

  /// What is remembered, of every container.
  func keys() throws(NetworkError) -> [Key] {
    let names = try naming("reading the attachments") { () throws(SystemCallError) -> [String] in
      do throws(SystemCallError) {
        return try Descriptor.workingDirectory.open(path, [.readOnly, .directory]).entries().map(\.name)
      } catch {
        if error.errno == .noEntry { return [] }
        throw error
      }
    }
    return names.compactMap(Key.init).sorted { $0.fileName < $1.fileName }
  }

  func keys(of containerID: String) throws(NetworkError) -> [Key] {
    try keys().filter { $0.containerID == containerID }
  }
}
