// A digest in the making.

internal import Crypto
internal import Foundation

/// A digest in the making; a copy keeps its state, so that an interrupted download goes on where it stopped.
public struct ContentHash: Sendable {
  private enum State {
    case sha256(SHA256)
    case sha512(SHA512)
  }

  private var state: State

  public init(_ algorithm: DigestAlgorithm) {
    switch algorithm {
    case .sha256: state = .sha256(SHA256())
    case .sha512: state = .sha512(SHA512())
    }
  }

  public mutating func update(_ bytes: ArraySlice<UInt8>) {
    switch state {
    case .sha256(var hash):
      hash.update(data: bytes)
      state = .sha256(hash)
    case .sha512(var hash):
      hash.update(data: bytes)
      state = .sha512(hash)
    }
  }

  public var digest: Digest {
    switch state {
    case .sha256(let hash): Digest(.sha256, value: hash.finalize())
    case .sha512(let hash): Digest(.sha512, value: hash.finalize())
    }
  }

  /// The digest of bytes that are all there.
  public static func digest(_ bytes: [UInt8], _ algorithm: DigestAlgorithm = .sha256) -> Digest {
    var hash = ContentHash(algorithm)
    hash.update(bytes[...])
    return hash.digest
  }
}
