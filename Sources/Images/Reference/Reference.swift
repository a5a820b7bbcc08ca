// The name of an image in a registry.

/// The name of an image in a registry: `registry[:port]/repository[:tag][@digest]`, complete and in its one form.
///
/// The grammar is the one that the registries' own clients share: https://github.com/distribution/reference. With tag
/// and digest both, the digest says what is fetched and the tag is kept for people.
public struct Reference: Hashable, Sendable, CustomStringConvertible {
  /// Host and port, such as `docker.io` or `localhost:5000`.
  public let registry: String
  /// The path in the registry, such as `library/debian`.
  public let repository: String
  public let tag: String?
  public let digest: Digest?

  /// Registry and repository together may have as many bytes.
  static let lengthLimit = 255
  static let defaultRegistry = "docker.io"
  static let defaultTag = "latest"

  /// Reads a complete name. One without tag and digest gets the tag `latest`, one of Docker's registry without a
  /// folder gets `library/`.
  /// - Throws: for a short name (without a registry), with the names that could be meant.
  public init(_ text: String) throws(ImageError) {
    let parts = try ReferenceParts(text)
    guard let registry = parts.registry else { throw Reference.refusal(ofShortName: parts, text) }
    self.registry = registry == "index.docker.io" ? Reference.defaultRegistry : registry
    let needsFolder = self.registry == Reference.defaultRegistry && !parts.path.utf8.contains(UInt8(ascii: "/"))
    repository = needsFolder ? "library/" + parts.path : parts.path
    tag = parts.tag ?? (parts.digest == nil ? Reference.defaultTag : nil)
    digest = parts.digest
    guard name.utf8.count <= Reference.lengthLimit else {
      throw ImageError(.invalidInput, "'\(text.shortened)': the name is longer than \(Reference.lengthLimit) bytes")
    }
  }

  private init(registry: String, repository: String, tag: String?, digest: Digest?) {
    self.registry = registry
    self.repository = repository
    self.tag = tag
    self.digest = digest
  }

  /// Registry and repository.
  public var name: String { "\(registry)/\(repository)" }

  /// The whole name; it reads back as the same value.
  public var description: String {
    name + (tag.map { ":" + $0 } ?? "") + (digest.map { "@\($0)" } ?? "")
  }

  /// What a registry is asked for: the digest where there is one.
  public var target: String { digest?.description ?? tag ?? Reference.defaultTag }

  /// The same repository with a digest in place of the tag.
  public func pinned(to digest: Digest) -> Reference {
    Reference(registry: registry, repository: repository, tag: nil, digest: digest)
  }

  /// The same name without a digest, nil when it has no tag.
  public var tagged: Reference? {
    tag.map { Reference(registry: registry, repository: repository, tag: $0, digest: nil) }
  }

  /// A name without a registry could mean anybody's image: whoever registers it first somewhere. So it is refused.
  private static func refusal(ofShortName parts: ReferenceParts, _ text: String) -> ImageError {
    let folder = parts.path.utf8.contains(UInt8(ascii: "/")) ? "" : "library/"
    let rest = (parts.tag.map { ":" + $0 } ?? "") + (parts.digest.map { "@\($0)" } ?? "")
    let whole = "\(defaultRegistry)/\(folder)\(parts.path)\(rest)"
    return ImageError(
      .invalidInput, "'\(text.shortened)' does not name a registry: write it out, for example '\(whole)'")
  }
}
