import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openHospital } from '../testing/hospital.ts'
import type { Hospital } from '../testing/hospital.ts'
import { message, msh, pid } from '../testing/messages.ts'
import { encodeFrame } from './codec.ts'

// A client that others wrote: mllp_send of python3-hl7 (Debian). Where it is not on the PATH, this file is not collected
// (vitest.config.ts).

let hospital: Hospital
let folder: string

beforeAll(async () => {
  hospital = await openHospital()
  folder = await mkdtemp(join(tmpdir(), 'rounds-mllp-send-'))
})
afterAll(async () => {
  await hospital.close()
  await rm(folder, { recursive: true })
})

const admission = (controlId: string): Buffer =>
  message(msh({ type: 'ADT^A28^ADT_A05', controlId }), 'EVN|A28|20260511083000', pid)

async function sent(bytes: Buffer, ...options: readonly string[]): Promise<string> {
  const file = join(folder, 'messages.hl7')
  await writeFile(file, bytes)
  const to = [`--port=${hospital.hl7.port}`, `--file=${file}`, ...options, '127.0.0.1']
  return (await promisify(execFile)('mllp_send', to)).stdout
}

async function states(): Promise<readonly (string | undefined)[]> {
  await hospital.hl7.idle()
  const entries = await hospital.store.inbox.list({ limit: 10 })
  return entries.toReversed().map(({ state, key }) => `${key?.controlId} ${state}`)
}

test('mllp_send is answered for each message of a stream, and for a bare file', async () => {
  const stream = await sent(Buffer.concat(['P1', 'P2'].map((id) => encodeFrame(admission(id)))))
  expect(stream.match(/MSA\|AA\|P\d/g)).toEqual(['MSA|AA|P1', 'MSA|AA|P2'])
  const bare = await sent(Buffer.from(admission('P3').toString().replaceAll('\r', '\r\n')), '--loose')
  expect(bare.match(/MSA\|AA\|P\d/g)).toEqual(['MSA|AA|P3'])
  expect(await states()).toEqual(['P1 applied', 'P2 applied', 'P3 applied'])
})
