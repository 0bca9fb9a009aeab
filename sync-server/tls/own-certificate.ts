import 'reflect-metadata'
import { createPublicKey, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import { existsSync } from 'node:fs'
import { readFile, rm } from 'node:fs/promises'
import { isIP } from 'node:net'
import { networkInterfaces } from 'node:os'
import * as x509 from '@peculiar/x509'
import type { Clock } from '#app/kernel/index.ts'
import { AppError } from '#app/kernel/index.ts'
import { nextKeyFile, pinOfSecret, readNextKey, replaceSecretFile } from './own-key.ts'

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
type Announced = OwnCertificate & { readonly nextPin: string }

/**
 * The certificate that this server made for itself, kept with its key in one file; made where there is none, renewed for
 * the same key before it ends or where it lacks a name: clients pin the key. The next key is made ahead, so that clients can
 * pin that, too. Throws `server.data-unwritable`.
 */
export async function ownCertificate(
  file: string,
  names: readonly string[],
  clock: Clock,
): Promise<Announced> {
  const current = await currentCertificate(file, names, clock)
  const next = (await readNextKey(file)) ?? (await makeNextKey(file))
  return { ...current, nextPin: pinOfSecret(next) }
}

async function makeNextKey(file: string): Promise<string> {
  const pem = await pemOf((await newKeys()).privateKey)
  await replaceSecretFile(nextKeyFile(file), pem)
  return pem
}

/**
 * The next key in the place of the present one, which is forgotten: for when it may be known to somebody else, or is old. Clients that
 * were here since the next one was made believe it; another next one is made at the next start. Throws `server.data-unwritable`,
 * and `server.no-next-key` where none was ever announced.
 */
export async function changeOwnKey(file: string, names: readonly string[], clock: Clock): Promise<string> {
  const next = await readNextKey(file)
  if (next === null) throw new AppError('server.no-next-key', { file: nextKeyFile(file) })
  const made = await issue(await keysOf(next), wantedNames(names), clock.now())
  await replaceSecretFile(file, `${made.key}${made.cert}`)
  await rm(nextKeyFile(file), { force: true })
  return pinOfSecret(next)
}

async function currentCertificate(
  file: string,
  names: readonly string[],
  clock: Clock,
): Promise<OwnCertificate> {
  const wanted = wantedNames(names)
  const known = existsSync(file) ? partsOf(await readFile(file, 'utf8')) : null
  if (known !== null && isGood(known, wanted, clock.now())) return known
  const keys = known === null ? await newKeys() : await keysOf(known.key)
  const made = await issue(keys, wanted, clock.now())
  await replaceSecretFile(file, `${made.key}${made.cert}`)
  return made
}

function wantedNames(names: readonly string[]): readonly string[] {
  return [...new Set([...names, 'localhost', '127.0.0.1', '::1', ...addressesHere()])]
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
  return { cert: `${certificate.toString('pem')}\n`, key: await pemOf(keys.privateKey) }
}

async function pemOf(key: webcrypto.CryptoKey): Promise<string> {
  return `${x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')}\n`
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

function addressesHere(): readonly string[] {
  return Object.values(networkInterfaces()).flatMap((held) =>
    (held ?? []).filter(({ address }) => !address.includes('%')).map(({ address }) => address),
  )
}
