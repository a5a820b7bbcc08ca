// The folder that an image is read from.

internal import Linux

/// The folder that an image is read from. Its paths are data of strangers: each is resolved within the folder, and only
/// plain files are read.
final class SourceFolder: Sendable {
  private let root: Descriptor
  let path: String

  init(path: String) throws(ImageError) {
    self.path = path
    root = try attempting("opening the folder of an image") { () throws(SystemCallError) in
      try Descriptor.workingDirectory.open(path, [.readOnly, .directory])
    }
  }

  func open(_ name: String) throws(ImageError) -> Descriptor {
    do throws(SystemCallError) {
      let file = try root.open(name, [.readOnly, .nonBlocking, .noControllingTerminal], resolve: .container)
      guard try file.status().kind == .regular else {
        throw SystemCallError(call: "open", subject: name.shortened, errno: .notSupported)
      }
      return file
    } catch {
      throw ImageError(
        error.errno == .noEntry ? .notFound : .system(error.errno),
        "reading the folder '\(path.shortened)': \(error.message)")
    }
  }

  /// A whole document.
  func document(_ name: String, _ limits: ImageLimits) throws(ImageError) -> [UInt8] {
    let file = try open(name)
    do throws(SystemCallError) { return try file.readToEnd(limit: Int(limits.documentBytes), subject: name) } catch {
      throw ImageError("reading the folder '\(path.shortened)'", error)
    }
  }

  /// The digest and size of a file.
  func content(_ name: String) throws(ImageError) -> Content {
    var hash = ContentHash(.sha256)
    var size: Int64 = 0
    try read(name, from: 0) { buffer, range throws(ImageError) in
      hash.update(buffer[range])
      size += Int64(range.count)
    }
    return Content(digest: hash.digest, size: size)
  }

  /// Writes a file from where the writer stands.
  func copy(
    _ name: String, into writer: consuming BlobWriter, progress: @escaping @Sendable (Int64) -> Void
  ) async throws(ImageError) -> BlobWriter {
    let writing = WriterHandover(writer)
    try await onThread { [self] () throws(ImageError) in
      try read(name, from: writing.count) { buffer, range throws(ImageError) in
        progress(try writing.write(buffer, range))
      }
    }
    return try writing.take()
  }

  private func read(
    _ name: String, from offset: Int64, _ body: ([UInt8], Range<Int>) throws(ImageError) -> Void
  ) throws(ImageError) {
    let file = try open(name)
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    try attempting("reading '\(name.shortened)'") { () throws(SystemCallError) in try file.seek(to: offset) }
    while true {
      let count = try attempting("reading '\(name.shortened)'") { () throws(SystemCallError) in
        try file.read(into: &buffer)
      }
      if count == 0 { return }
      try body(buffer, 0..<count)
    }
  }
}
