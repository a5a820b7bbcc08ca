// How connections to a registry are secured.

internal import NIOSSL

/// How connections to a registry, and to whatever it refers to, are secured.
struct TransportSecurity: Sendable {
  /// For the registry itself, with this client's certificate.
  let own: TLSConfiguration
  /// For other hosts: the registry's authorities are trusted, the client's certificate is not shown.
  let foreign: TLSConfiguration

  init(_ certificates: CertificateFolder, isInsecure: Bool) throws(ImageError) {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.minimumTLSVersion = .tlsv12
    if isInsecure { configuration.certificateVerification = .none }
    do {
      let authorities = try certificates.authorities.flatMap { try NIOSSLCertificate.fromPEMFile($0) }
      if !authorities.isEmpty { configuration.additionalTrustRoots = [.certificates(authorities)] }
      foreign = configuration
      // A connection shows one certificate.
      if let client = certificates.clients.first {
        configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(client.certificate).map { .certificate($0) }
        configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: client.key, format: .pem))
      }
      own = configuration
    } catch {
      let paths = certificates.authorities + certificates.clients.flatMap { [$0.certificate, $0.key] }
      throw ImageError(.malformed, "one of the certificates \(paths.joined(separator: ", ").shortened): \(error)")
    }
  }
}
