import 'reflect-metadata'
import { createPublicKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import * as x509 from '@peculiar/x509'
import { AppError } from '#app/kernel/index.ts'
import type { Clock } from '#app/kernel/index.ts'

const day = 24 * 3_600_000
/** The longest that browsers take from a certificate that somebody chose to trust (CA/B Forum BR 6.3.2, until 2026). */
const lasts = 397 * day
const renewedBefore = 30 * day
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

export type OwnCertificate = {
  /** PEM. */
  readonly cert: string
  /** PEM, PKCS #8. */
  readonly key: string
}

/**
 * The certificate that this server made for itself, kept with its key in one file; made where there is none, renewed for
 * the same key before it ends or where it lacks a name: clients pin the key. Throws `server.data-unwritable`.
 */
export async function ownCertificate(
  file: string,
  names: readonly string[],
  clock: Clock,
): Promise<OwnCertificate> {
  const wanted = [...new Set([...names, 'localhost', '127.0.0.1', '::1', ...addressesHere()])]
  const known = existsSync(file) ? partsOf(await readFile(file, 'utf8')) : null
  if (known !== null && isGood(known, wanted, clock.now())) return known
  const keys = known === null ? await newKeys() : await keysOf(known.key)
  const made = await issue(keys, wanted, clock.now())
  await replace(file, `${made.key}${made.cert}`)
  return made
}

function isGood({ cert }: OwnCertificate, wanted: readonly string[], now: number): boolean {
  const held = new X509Certificate(cert)
  const isCurrent = held.validFromDate.getTime() <= now && now < held.validToDate.getTime() - renewedBefore
  return (
    isCurrent &&
    wanted.every((name) => (isIP(name) === 0 ? held.checkHost(name) : held.checkIP(name)) !== undefined)
  )
}

async function issue(
  keys: webcrypto.CryptoKeyPair,
  names: readonly string[],
  now: number,
): Promise<OwnCertificate> {
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=Rounds sync server',
    serialNumber: `01${randomBytes(15).toString('hex')}`,
    // Clocks of laptops differ a little.
    notBefore: new Date(now - day),
    notAfter: new Date(now + lasts),
    signingAlgorithm: algorithm,
    keys,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(
        names.map((value) => ({ type: isIP(value) === 0 ? ('dns' as const) : ('ip' as const), value })),
      ),
    ],
  })
  const secret = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64')
  const key = x509.PemConverter.encode(Buffer.from(secret, 'base64'), 'PRIVATE KEY')
  return { cert: `${certificate.toString('pem')}\n`, key: `${key}\n` }
}

function newKeys(): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
}

async function keysOf(pem: string): Promise<webcrypto.CryptoKeyPair> {
  const publicDer = createPublicKey(pem).export({ type: 'spki', format: 'der' })
  const [privateKey, publicKey] = await Promise.all([
    webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), algorithm, true, ['sign']),
    webcrypto.subtle.importKey('spki', publicDer, algorithm, true, ['verify']),
  ])
  return { privateKey, publicKey }
}

function partsOf(text: string): OwnCertificate | null {
  const [key] = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n?/.exec(text) ?? []
  const [cert] = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/.exec(text) ?? []
  return key === undefined || cert === undefined ? null : { cert, key }
}

/** Whole or not at all, and for nobody else to read. */
async function replace(file: string, text: string): Promise<void> {
  const draft = `${file}.${randomBytes(6).toString('hex')}`
  try {
    await writeFile(draft, text, { mode: 0o600, flag: 'wx', flush: true })
    await rename(draft, file)
  } catch (cause) {
    await rm(draft, { force: true })
    throw new AppError('server.data-unwritable', { folder: file }, { cause })
  }
}

function addressesHere(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((held) =>
    (held ?? []).filter(({ address }) => !address.includes('%')).map(({ address }) => address),
  )
}
