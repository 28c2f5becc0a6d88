/** Certificates for a server on loopback, signed by an authority that is made for the test and thrown away. */
import { execFileSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Files in PEM. */
export interface Certificates {
  /** Of the authority: whoever trusts it trusts the server. */
  authority: string
  certificate: string
  key: string
  remove(): Promise<void>
}

export async function makeCertificates(): Promise<Certificates> {
  const dir = await mkdtemp(join(tmpdir(), 'ringback-certificates-'))
  const file = (name: string) => join(dir, name)
  const openssl = (...args: string[]) => execFileSync('openssl', args, { stdio: 'pipe' })
  const newKey = ['-newkey', 'rsa:2048', '-nodes', '-keyout']
  const authority = ['-CA', file('authority.pem'), '-CAkey', file('authority.key'), '-CAcreateserial']

  const ofAuthority = ['-out', file('authority.pem'), '-days', '2', '-subj', '/CN=Authority of a test']
  openssl('req', '-x509', ...newKey, file('authority.key'), ...ofAuthority)
  openssl('req', ...newKey, file('server.key'), '-out', file('server.csr'), '-subj', '/CN=localhost')
  await writeFile(file('server.ext'), 'subjectAltName = DNS:localhost, IP:127.0.0.1\n')
  const ofServer = ['-out', file('server.pem'), '-days', '1', '-extfile', file('server.ext')]
  openssl('x509', '-req', '-in', file('server.csr'), ...authority, ...ofServer)
  return {
    authority: file('authority.pem'),
    certificate: file('server.pem'),
    key: file('server.key'),
    remove: () => rm(dir, { recursive: true, force: true }),
  }
}
