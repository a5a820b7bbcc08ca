// Content on its way from a registry into the store.

internal import NIOHTTP1
internal import Synchronization

/// Content on its way from a registry into the store, over as many connections as it takes: what was written and hashed
/// stays, and the next connection goes on after it.
final class BlobDownload: Sendable {
  private let session: RegistrySession
  private let content: Content
  private let path: String
  private let progress: @Sendable (Int64) -> Void
  private let writer: WriterHandover
  /// Whether the registry is asked to leave out what is there; some answer that they cannot.
  private let asksForRanges = Atomic<Bool>(true)

  /// Whoever gets so far with a connection may have as many more as he likes.
  private static let headwayBytes: Int64 = 1 << 20

  init(
    _ content: Content, from path: String, of session: RegistrySession, into writer: consuming BlobWriter,
    progress: @escaping @Sendable (Int64) -> Void
  ) {
    self.content = content
    self.path = path
    self.session = session
    self.progress = progress
    self.writer = WriterHandover(writer)
  }

  /// Brings all of the content.
  func run() async throws(ImageError) {
    var failures = 0
    while count < content.size {
      let start = count
      do throws(TransportFailure) {
        try await attempt()
      } catch {
        failures = count - start >= BlobDownload.headwayBytes ? 1 : failures + 1
        try await session.pause(after: failures, error)
      }
    }
  }

  /// The writer with what was written, once.
  func takeWriter() throws(ImageError) -> BlobWriter { try writer.take() }

  /// Drops what was written.
  func discard() { writer.discard() }

  private var count: Int64 { writer.count }

  /// One request, from where the writer stands.
  private func attempt() async throws(TransportFailure) {
    let (pipe, offset) = (BodyPipe(), count)
    let ranged = offset > 0 && asksForRanges.load(ordering: .relaxed)
    let request = RegistryRequest(path: path, offset: ranged ? offset : nil) { [self] in
      BodyReceiver("the answer of \(session.endpoint.registry)") { head throws(ImageError) in
        try self.destination(head, offset, pipe)
      }
    }
    async let written = writing(from: pipe)
    let answer: HTTPAnswer
    do throws(TransportFailure) {
      answer = try await session.send(request)
      pipe.end()
    } catch {
      pipe.end(error.error)
      // What the disk says counts more than what became of the connection.
      if case .failure(let failure) = await written, failure != error.error { throw TransportFailure(failure) }
      throw error
    }
    if case .failure(let failure) = await written { throw TransportFailure(failure) }
    guard answer.status == 200 || answer.status == 206 else {
      if answer.status == 416 { asksForRanges.store(false, ordering: .relaxed) }
      var failure = TransportFailure(answer, host: session.endpoint.registry)
      if answer.status == 416 { failure = TransportFailure(failure.error, isPassing: true) }
      throw failure
    }
    let came = count
    guard came == content.size else {
      let error = ImageError(.unreachable, "\(content.digest): \(came) bytes came of \(content.size)")
      throw TransportFailure(error, isPassing: true)
    }
  }

  /// Writes what comes through a pipe, on a thread that may wait for it.
  private func writing(from pipe: BodyPipe) async -> Result<Void, ImageError> {
    do throws(ImageError) {
      return .success(
        try await onThread { [self] () throws(ImageError) in
          do throws(ImageError) {
            while let bytes = try pipe.next() { progress(try writer.write(bytes, 0..<bytes.count)) }
          } catch {
            pipe.abandon(error)
            throw error
          }
        })
    } catch {
      return .failure(error)
    }
  }

  /// Where a body goes to: only content has a place in the store.
  private func destination(
    _ head: HTTPResponseHead, _ offset: Int64, _ pipe: BodyPipe
  ) throws(ImageError) -> BodyReceiver.Destination {
    switch head.status.code {
    case 200:
      if let length = head.headers.first(name: "content-length").flatMap({ Int64($0) }), length != content.size {
        throw ImageError(.digestMismatch, "\(content.digest): the registry has \(length) bytes, not \(content.size)")
      }
      return .streamed(pipe, skipping: offset)
    case 206:
      guard ContentRange(head.headers.first(name: "content-range") ?? "")?.agrees(offset, content.size) == true else {
        throw ImageError(.malformed, "\(content.digest): the registry sends another part than asked for")
      }
      return .streamed(pipe, skipping: 0)
    default: return .collected(limit: session.options.limits.answerBytes)
    }
  }
}

/// Which part of content an answer holds (RFC 9110, 14.4).
struct ContentRange: Equatable, Sendable {
  let first: Int64
  let last: Int64
  /// Nil when the server does not say.
  let size: Int64?

  /// Reads `bytes FIRST-LAST/SIZE`.
  init?(_ text: String) {
    let words = text.split(separator: " ")
    guard words.count == 2, words[0].lowercased() == "bytes" else { return nil }
    let parts = words[1].split(separator: "/", omittingEmptySubsequences: false)
    let ends = parts.first?.split(separator: "-", omittingEmptySubsequences: false) ?? []
    guard parts.count == 2, ends.count == 2, let first = Int64(ends[0]), let last = Int64(ends[1]), first <= last
    else { return nil }
    self.first = first
    self.last = last
    size = Int64(parts[1])
    if size == nil && parts[1] != "*" { return nil }
  }

  /// Whether it is the rest from an offset on.
  func agrees(_ offset: Int64, _ total: Int64) -> Bool {
    first == offset && last < total && (size ?? total) == total
  }
}
