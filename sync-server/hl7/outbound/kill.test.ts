import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { textAt } from '../testing/exchange.ts'
import { openHospital } from '../testing/hospital.ts'
import { openPartner } from '../testing/partner.ts'

const program = fileURLToPath(new URL('../testing/desk-process.ts', import.meta.url))

/** One life of the server: killed after so many answered edits. Answers the last number of each patient that it answered. */
async function liveAndDie(folder: string, port: number, edits: number): Promise<Map<string, number>> {
  const server = spawn(process.execPath, [program, folder, String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const gone = once(server, 'exit')
  const answered = new Map<string, number>()
  let count = 0
  for await (const line of createInterface({ input: server.stdout })) {
    const [id = '', number] = line.split(' ')
    answered.set(id, Number(number))
    count += 1
    if (count === edits) server.kill('SIGKILL')
  }
  await gone
  return answered
}

test('kills in the middle lose no message, send none out of order, and repeat them under the same number', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rounds-outbound-kill-'))
  const partner = await openPartner()
  try {
    const answered = new Map<string, number>()
    for (const edits of [5, 14, 23]) {
      partner.answer('AA', 'close', 'AA', 'AA', 'close')
      for (const [id, last] of await liveAndDie(folder, partner.port, edits)) answered.set(id, last)
    }
    const hospital = await openHospital({ folder })
    await expect
      .poll(async () => hospital.store.outbox.list({ state: 'waiting', limit: 1 }), { timeout: 20_000 })
      .toEqual([])
    await hospital.close()

    const byNumber = Map.groupBy(partner.received, (bytes) => textAt(bytes, 'MSH-10'))
    for (const copies of byNumber.values())
      expect(copies.every((copy) => copy.equals(copies[0] ?? Buffer.alloc(0)))).toBe(true)
    expect(partner.received.length).toBeGreaterThan(byNumber.size)
    const firsts = [...byNumber.values()].flatMap(([first]) => first ?? [])
    const told = Map.groupBy(firsts, (bytes) => textAt(bytes, 'PID-3'))
    expect(told.size).toBe(9)
    for (const [id, messages] of told) {
      const numbers = messages.map((bytes) => Number(textAt(bytes, 'PID-5.2').slice(1)))
      expect(numbers).toEqual(numbers.map((_, index) => index + 1))
      expect(numbers.length).toBeGreaterThanOrEqual(answered.get(id) ?? 0)
    }
  } finally {
    await partner.close()
    await rm(folder, { recursive: true, force: true })
  }
})
