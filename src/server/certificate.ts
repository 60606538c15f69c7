/** The certificate of the TLS listener and its key, read from their files and again when these change. */
import { readFileSync, statSync } from 'node:fs'
import { createSecureContext, type SecureContextOptions } from 'node:tls'
import { ConfigError } from '../config/config.ts'

export interface CertificateFiles {
  readonly certFile: string
  readonly keyFile: string
}

export class Certificate {
  readonly #files: CertificateFiles
  #stamp = ''
  /** What a listener needs of it. */
  options: SecureContextOptions

  /** Throws `ConfigError` when the files cannot be read or do not belong together. */
  constructor(files: CertificateFiles) {
    this.#files = files
    try {
      this.#stamp = stampOf(files)
      this.options = read(files)
    } catch {
      throw new ConfigError('not_a_certificate', 'tlsCertFile', files.certFile)
    }
  }

  /**
   * Reads the files again when they have changed, and says whether there is a new certificate.
   * Throws once for each change that cannot be used; the old certificate then stays.
   */
  refresh(): boolean {
    const stamp = stampOf(this.#files)
    if (stamp === this.#stamp) return false
    this.#stamp = stamp
    this.options = read(this.#files)
    return true
  }
}

function stampOf({ certFile, keyFile }: CertificateFiles): string {
  return [certFile, keyFile]
    .map((path) => statSync(path, { throwIfNoEntry: false }))
    .map((found) => found && `${found.ino} ${found.size} ${found.mtimeMs}`)
    .join()
}

/** Making a context of them shows whether they are a certificate and its key. */
function read({ certFile, keyFile }: CertificateFiles): SecureContextOptions {
  const options = {
    cert: readFileSync(certFile),
    key: readFileSync(keyFile),
    minVersion: 'TLSv1.2',
  } as const
  createSecureContext(options)
  return options
}
