// One repository of a registry as a source of images.

internal import NIOHTTP1

/// One repository of a registry as a source of images (distribution-spec 1.1).
public final class RegistrySource: ImageSource {
  private let session: RegistrySession
  private let reference: Reference
  private let options: RegistryOptions

  init(_ reference: Reference, _ session: RegistrySession, _ options: RegistryOptions) {
    self.reference = reference
    self.session = session
    self.options = options
  }

  public func document(_ target: String?) async throws(ImageError) -> SourceDocument {
    let target = target ?? reference.target
    let limit = options.limits.documentBytes
    let request = RegistryRequest(
      path: "/v2/\(reference.repository)/manifests/\(target)", accept: ContentKind.acceptedManifests,
      seconds: options.timeouts.documentSeconds
    ) { [answerBytes = options.limits.answerBytes] in
      BodyReceiver("the manifest \(target)") { head in
        .collected(limit: head.status == .ok ? limit : answerBytes)
      }
    }
    let answer: HTTPAnswer
    do throws(ImageError) {
      answer = try await session.retrying { () throws(TransportFailure) in
        let answer = try await session.send(request)
        guard answer.status == 200 else { throw TransportFailure(answer, host: reference.registry) }
        return answer
      }
    } catch {
      throw error.during("\(reference.name): the manifest \(target)")
    }
    try checkAnnouncedDigest(answer)
    return SourceDocument(bytes: answer.body, mediaType: answer.header("content-type"))
  }

  public func fetch(
    _ content: Content, into writer: consuming BlobWriter, progress: @escaping @Sendable (Int64) -> Void
  ) async throws(ImageError) -> BlobWriter {
    let path = "/v2/\(reference.repository)/blobs/\(content.digest)"
    let download = BlobDownload(content, from: path, of: session, into: writer, progress: progress)
    do throws(ImageError) { try await download.run() } catch {
      // The connection may hold on to the download a little longer: its file goes now.
      download.discard()
      throw error.during(reference.name)
    }
    return try download.takeWriter()
  }

  /// A registry that says another digest than its answer has was not meant, or changed what it sent.
  private func checkAnnouncedDigest(_ answer: HTTPAnswer) throws(ImageError) {
    guard let announced = answer.header("docker-content-digest").flatMap(Digest.init(exactly:)) else { return }
    let actual = ContentHash.digest(answer.body, announced.algorithm)
    guard actual == announced else {
      throw ImageError(
        .digestMismatch, "\(reference.name): the registry says \(announced), the manifest has the digest \(actual)")
    }
  }
}
