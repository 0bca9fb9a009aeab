import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { encodeFrame, mllpDecoder } from './mllp/codec.ts'
import { openHospital } from './testing/hospital.ts'
import { message, msh } from './testing/messages.ts'

const program = fileURLToPath(new URL('./testing/hospital-process.ts', import.meta.url))

/** After how many answers each life of the server ends. */
const kills = [1, 6, 13, 20, 28]
const connections = 4

function admission(number: number): Buffer {
  return message(
    msh({ type: 'ADT^A01^ADT_A01', controlId: `K${number}` }),
    'EVN|A01|20260511083000',
    `PID|1||K${number}^^^GENERAL^MR||Kill^Number${number}||19800229|F`,
    'PV1|1|I',
  )
}

/** Messages on several connections, each after the answer to the one before, until the server is killed. */
async function killAfter(
  server: ChildProcess,
  port: number,
  answers: number,
  first: number,
): Promise<string[]> {
  const acknowledged: string[] = []
  let next = first
  const lanes = Array.from({ length: connections }, async () => {
    const socket = connect(port, '127.0.0.1')
    const decoder = mllpDecoder()
    socket.on('error', () => undefined)
    socket.on('connect', () => socket.write(encodeFrame(admission(next++))))
    socket.on('data', (packet) => {
      for (const frame of decoder.push(packet).frames) {
        const [, number] = /MSA\|AA\|(K\d+)/.exec(frame.toString()) ?? []
        if (number !== undefined) acknowledged.push(number)
        if (acknowledged.length === answers) server.kill('SIGKILL')
        socket.write(encodeFrame(admission(next++)))
      }
    })
    await new Promise<void>((resolve) => socket.on('close', () => resolve()))
  })
  await Promise.all(lanes)
  return acknowledged
}

test('kill -9 in the middle of intake: what was acknowledged is there, and applied exactly once', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-hl7-kill-'))
  const acknowledged: string[] = []
  for (const [round, answers] of kills.entries()) {
    const server = spawn(process.execPath, [program, folder], { stdio: ['ignore', 'pipe', 'inherit'] })
    const gone = once(server, 'exit')
    const [line] = (await once(server.stdout, 'data')) as [Buffer]
    acknowledged.push(...(await killAfter(server, Number(line.toString()), answers, (round + 1) * 1_000)))
    await gone
  }
  expect(acknowledged.length).toBeGreaterThanOrEqual(kills.reduce((sum, count) => sum + count))
  expect(new Set(acknowledged).size).toBe(acknowledged.length)

  const hospital = await openHospital({ folder })
  try {
    await hospital.hl7.idle()
    const entries = await hospital.store.inbox.list({ limit: 100_000 })
    expect(entries.filter(({ state }) => state !== 'applied')).toEqual([])
    const kept = new Set(entries.map(({ key }) => key?.controlId))
    expect(acknowledged.filter((number) => !kept.has(number))).toEqual([])
    const patients = await hospital.documents('patients')
    expect(patients).toHaveLength(entries.length)
    const written = await hospital.store.snapshot((read) =>
      Promise.all(patients.map(({ id }) => read.revisions({ collection: 'patients', id }))),
    )
    expect(written.filter((revisions) => revisions.length !== 1)).toEqual([])
  } finally {
    await hospital.close()
    await rm(folder, { recursive: true, force: true })
  }
}, 120_000)
