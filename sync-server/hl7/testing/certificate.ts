import { createSign, generateKeyPairSync, randomBytes } from 'node:crypto'
import type { KeyObject } from 'node:crypto'

// Certificates that live as long as a test, so that no key lies in the repository. DER by hand: a certificate is not much.

export type Issued = {
  readonly key: Buffer
  readonly cert: Buffer
  readonly privateKey: KeyObject
  readonly name: string
}

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts)
  const length =
    body.length < 128
      ? [body.length]
      : body.length < 256
        ? [0x81, body.length]
        : [0x82, body.length >> 8, body.length & 255]
  return Buffer.concat([Buffer.from([tag, ...length]), body])
}

const sequence = (...parts: readonly Buffer[]): Buffer => der(0x30, ...parts)
const hex = (text: string): Buffer => Buffer.from(text, 'hex')
/** ecdsa-with-SHA256, commonName, subjectAltName, basicConstraints. */
const oid = {
  signature: hex('06082a8648ce3d040302'),
  name: hex('0603550403'),
  alt: hex('0603551d11'),
  basic: hex('0603551d13'),
}
const asTrue = hex('0101ff')

function named(name: string): Buffer {
  return sequence(der(0x31, sequence(oid.name, der(0x0c, Buffer.from(name)))))
}

function time(offset: number): Buffer {
  const text = new Date(Date.now() + offset).toISOString().replaceAll(/[-:T]/g, '').slice(2, 14)
  return der(0x17, Buffer.from(`${text}Z`))
}

/** A certificate for 127.0.0.1, signed by `issuer`, or by itself: then it may sign others. */
export function issue(name: string, issuer?: Issued): Issued {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const address = sequence(der(0x87, Buffer.from([127, 0, 0, 1])))
  const extensions = sequence(
    sequence(oid.alt, der(0x04, address)),
    ...(issuer === undefined ? [sequence(oid.basic, asTrue, der(0x04, sequence(asTrue)))] : []),
  )
  const serial = Buffer.concat([Buffer.from([1]), randomBytes(8)])
  const body = sequence(
    der(0xa0, hex('020102')),
    der(0x02, serial),
    sequence(oid.signature),
    named(issuer?.name ?? name),
    sequence(time(-3_600_000), time(3_600_000)),
    named(name),
    publicKey.export({ type: 'spki', format: 'der' }),
    der(0xa3, extensions),
  )
  const signature = createSign('sha256')
    .update(body)
    .sign(issuer?.privateKey ?? privateKey)
  const cert = sequence(body, sequence(oid.signature), der(0x03, Buffer.from([0]), signature))
  const lines = cert.toString('base64').replaceAll(/(.{64})/g, '$1\n')
  return {
    name,
    privateKey,
    key: Buffer.from(privateKey.export({ type: 'pkcs8', format: 'pem' })),
    cert: Buffer.from(`-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`),
  }
}
