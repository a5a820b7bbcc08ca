// What the server shows to its clients.

internal import NIOSSL

/// What the server shows to its clients, and asks of them.
enum ServerCertificate {
  static func context(_ settings: StreamingSettings) throws(StreamingError) -> NIOSSLContext {
    do {
      let chain = try NIOSSLCertificate.fromPEMFile(settings.certificateFile).map {
        NIOSSLCertificateSource.certificate($0)
      }
      let key = try NIOSSLPrivateKey(file: settings.keyFile, format: .pem)
      var configuration = TLSConfiguration.makeServerConfiguration(
        certificateChain: chain, privateKey: .privateKey(key))
      configuration.minimumTLSVersion = .tlsv12
      if !settings.clientAuthorityFile.isEmpty {
        configuration.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(settings.clientAuthorityFile))
        // Clients are known by their authority; they have no host names.
        configuration.certificateVerification = .noHostnameVerification
      }
      return try NIOSSLContext(configuration: configuration)
    } catch {
      let files = [settings.certificateFile, settings.keyFile, settings.clientAuthorityFile].filter { !$0.isEmpty }
      throw StreamingError("reading the TLS files \(files.joined(separator: ", ")): \(error)")
    }
  }
}
