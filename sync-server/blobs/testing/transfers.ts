import { createHash, randomBytes } from 'node:crypto'
import { request } from 'node:http'
import { BLOB_PART_PATH, BLOB_READ_PATH, encodePart } from '#app/protocol/index.ts'
import type { BlobRead, BlobState } from '#app/protocol/index.ts'
import type { Refusal, TestDevice } from '../../testing/test-device.ts'

export type TestFile = { readonly bytes: Buffer; readonly hash: string }

export function testFile(size: number): TestFile {
  const bytes = randomBytes(size)
  return { bytes, hash: createHash('sha256').update(bytes).digest('hex') }
}

/** Sends one part, whole. */
export async function sendPart(
  device: TestDevice,
  file: TestFile,
  from: number,
  length = file.bytes.length,
): Promise<{ readonly status: number; readonly body: BlobState & Refusal }> {
  const response = await device.prover.fetch(BLOB_PART_PATH, device.session.token, {
    headers: { 'content-type': 'application/octet-stream' },
    body: encodePart(file.hash, from, file.bytes.subarray(from, from + length)),
  })
  return { status: response.status, body: (await response.json()) as BlobState & Refusal }
}

/** Announces a part and sends so many bytes of it. */
function beginPart(url: string, device: TestDevice, file: TestFile, from: number, bytes: number) {
  const part = encodePart(file.hash, from, file.bytes.subarray(from))
  const headers = {
    ...device.prover.headers('POST', BLOB_PART_PATH, device.session.token),
    'content-type': 'application/octet-stream',
    'content-length': part.length,
  }
  const { hostname, port } = new URL(url)
  const sending = request({ hostname, port, path: BLOB_PART_PATH, method: 'POST', headers })
  sending.on('error', () => undefined)
  const sent = new Promise<void>((resolve) => sending.write(part.subarray(0, bytes), () => resolve()))
  return { sending, sent }
}

/** Sends a part, and hangs up after so many bytes of it. */
export async function cutPart(
  url: string,
  device: TestDevice,
  file: TestFile,
  from: number,
  after: number,
): Promise<void> {
  const { sending, sent } = beginPart(url, device, file, from, after)
  const closed = new Promise((resolve) => sending.on('close', resolve))
  await sent
  // What was written must have left before the line is cut.
  await new Promise((resolve) => setTimeout(resolve, 20))
  sending.destroy()
  await closed
}

/** Begins a part and says no more; answers how to hang up. */
export function holdPart(url: string, device: TestDevice, file: TestFile): () => void {
  const { sending } = beginPart(url, device, file, 0, 1)
  return () => void sending.destroy()
}

export function offer(device: TestDevice, file: TestFile, of?: BlobRead['of']) {
  return device.call<BlobState & Refusal>('offerBlob', {
    hash: file.hash,
    size: file.bytes.length,
    ...(of && { of }),
  })
}

/** Offers and sends a file. */
export async function sendFile(device: TestDevice, file: TestFile): Promise<void> {
  const { body } = await offer(device, file)
  for (let { received, whole } = body; !whole;) {
    const sent = await sendPart(device, file, received, 1024 * 1024)
    if (sent.status !== 200) throw new Error(sent.body.error.code)
    ;({ received, whole } = sent.body)
  }
}

export async function readFile(device: TestDevice, read: BlobRead) {
  const response = await device.prover.fetch(BLOB_READ_PATH, device.session.token, {
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(read),
  })
  const bytes = Buffer.from(await response.arrayBuffer())
  const code = response.ok ? null : (JSON.parse(bytes.toString()) as Refusal).error.code
  return { status: response.status, headers: response.headers, bytes, code }
}
