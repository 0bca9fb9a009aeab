import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { systemClock } from '#app/kernel/index.ts'
import { postgresTables } from '../../store/testing/postgres-tables.ts'
import { sendMessages } from '../send.ts'
import { textAt } from '../testing/exchange.ts'
import { openHospital } from '../testing/hospital.ts'
import { admit } from '../testing/messages.ts'
import { openPartner } from '../testing/partner.ts'

const program = fileURLToPath(new URL('../testing/hospital-process.ts', import.meta.url))

/** The next start finds a destination free that a process held which was killed: its time has run out by then. */
const later = { ...systemClock, now: () => systemClock.now() + 60_000 }

test.each(['sqlite', 'postgres'] as const)(
  'kills between applying and acknowledging elsewhere, over %s: each is acknowledged, under one number',
  async (dialect) => {
    const folder = await mkdtemp(join(tmpdir(), 'rounds-acknowledging-kill-'))
    const database = dialect === 'postgres' ? await postgresTables() : null
    const place = { folder, databaseUrl: database?.url }
    const numbers = (life: string): string[] => Array.from({ length: 6 }, (_, index) => `${life}${index}`)

    /** A life of the server: takes messages in, and is killed when `isTime`. */
    async function liveAndDie(life: string, isTime: () => Promise<unknown>): Promise<void> {
      const data = database === null ? [folder] : [folder, database.url]
      const server = spawn(process.execPath, [program, ...data], { stdio: ['ignore', 'pipe', 'inherit'] })
      const gone = once(server, 'exit')
      const [line] = (await once(server.stdout, 'data')) as [Buffer]
      const messages = numbers(life).map((number) => admit(number, { accept: 'AL', apply: 'AL' }))
      const answers = await sendMessages('127.0.0.1', Number(line.toString()), messages)
      expect(answers.map((answer) => answer && textAt(answer, 'MSA-1'))).toEqual(messages.map(() => 'CA'))
      await isTime()
      server.kill('SIGKILL')
      await gone
    }

    // Of the first life everything is applied, and nothing gets through: whoever connects is turned away.
    let tries = 0
    const away = createServer((socket) => {
      tries += 1
      socket.resetAndDestroy()
    })
    away.listen(0, '127.0.0.1')
    await once(away, 'listening')
    const { port } = away.address() as AddressInfo
    await (
      await openHospital({ ...place, settings: { replyTo: { host: '127.0.0.1', port, tls: false } } })
    ).close()
    await liveAndDie('A', async () => {
      await expect.poll(() => tries, { timeout: 20_000 }).toBeGreaterThan(1)
    })
    away.close()

    // The second dies with the first acknowledgement that came, most likely before it could write that down.
    const partner = await openPartner(null, port)
    try {
      const isHeard = async () => {
        await expect.poll(() => partner.received.length, { interval: 1, timeout: 20_000 }).toBeGreaterThan(0)
      }
      await liveAndDie('B', dialect === 'sqlite' ? isHeard : async () => undefined)
      const hospital = await openHospital({ ...place, clock: later })
      await hospital.hl7.idle()
      await expect
        .poll(async () => (await hospital.store.outbox.list({ state: 'accepted', limit: 50 })).length, {
          timeout: 20_000,
        })
        .toBe(12)
      const made = (await hospital.store.outbox.list({ limit: 50 })).toReversed()
      await hospital.close()

      const byNumber = Map.groupBy(partner.received, (reply) => textAt(reply, 'MSH-10'))
      const firsts = [...byNumber.values()].map(([first]) => first ?? Buffer.alloc(0))
      expect(firsts.map((reply) => textAt(reply, 'MSA-2'))).toEqual([...numbers('A'), ...numbers('B')])
      expect(firsts.map((reply) => textAt(reply, 'MSH-10'))).toEqual(made.map(({ controlId }) => controlId))
      expect(firsts.every((reply) => textAt(reply, 'MSA-1') === 'AA')).toBe(true)
      for (const [first, ...copies] of byNumber.values()) {
        expect(copies.length).toBeLessThan(2)
        for (const copy of copies) expect(copy.equals(first ?? Buffer.alloc(0))).toBe(true)
      }
    } finally {
      await partner.close()
      await database?.drop()
      await rm(folder, { recursive: true, force: true })
    }
  },
  120_000,
)
