import { spawn } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import { fileURLToPath } from 'node:url'
import { encodeFrame, mllpDecoder } from '../mllp/codec.ts'
import { openHospital } from './hospital.ts'
import type { Hospital } from './hospital.ts'
import { message, msh } from './messages.ts'

// A server that is killed in the middle of intake, again and again on the same data, and what must be there after: all
// that was acknowledged, each applied once.

const program = fileURLToPath(new URL('./hospital-process.ts', import.meta.url))
const CONNECTIONS = 4

/** Where the data lies; in the folder unless there is a database. */
export type KilledPlace = { readonly folder: string; readonly databaseUrl?: string | undefined }

export type Killed = {
  readonly kills: number
  readonly acknowledged: number
  readonly kept: number
  /** Acknowledged, and not there. */
  readonly lost: readonly string[]
  /** There, and not applied, or applied more than once. */
  readonly wrong: readonly string[]
}

/** `answers` says after how many acknowledgements each life of the server ends. */
export async function killAgainAndAgain(
  place: KilledPlace,
  answers: readonly number[],
  onKill: (kills: number) => void = () => {},
): Promise<Killed> {
  const acknowledged: string[] = []
  for (const [round, count] of answers.entries()) {
    const data = place.databaseUrl === undefined ? [place.folder] : [place.folder, place.databaseUrl]
    const server = spawn(process.execPath, [program, ...data], { stdio: ['ignore', 'pipe', 'inherit'] })
    const gone = once(server, 'exit')
    const [line] = (await once(server.stdout, 'data')) as [Buffer]
    acknowledged.push(...(await killAfter(server, Number(line.toString()), count, (round + 1) * 10_000)))
    await gone
    onKill(round + 1)
  }
  const hospital = await openHospital(place)
  try {
    await hospital.hl7.idle()
    return {
      kills: answers.length,
      acknowledged: acknowledged.length,
      ...(await outcome(hospital, acknowledged)),
    }
  } finally {
    await hospital.close()
  }
}

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
  const lanes = Array.from({ length: CONNECTIONS }, async () => {
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

async function outcome({ store, documents }: Hospital, acknowledged: readonly string[]) {
  const entries = await store.inbox.list({ limit: 1_000_000 })
  const kept = new Set(entries.map(({ key }) => key?.controlId))
  const patients = await documents('patients')
  const written = await store.snapshot(async (read) => {
    const numbers = new Map<string, number>()
    for (const { id, identifiers } of patients) {
      const count = (await read.revisions({ collection: 'patients', id })).length
      for (const { value } of identifiers as { value: string }[]) numbers.set(value, count)
    }
    return numbers
  })
  return {
    kept: entries.length,
    lost: acknowledged.filter((number) => !kept.has(number)),
    wrong: entries
      .filter(({ state, key }) => state !== 'applied' || written.get(key?.controlId ?? '') !== 1)
      .map(({ sequence, state }) => `${sequence} ${state}`),
  }
}
