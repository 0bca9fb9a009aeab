import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { faultsOf } from '../fhir/testing/r4.ts'
import { conform } from './conform/conform.ts'
import { convertMessage } from './conform/convert.ts'
import { mappings } from './mapping/index.ts'
import { serialise, parseMessage } from './parse/message.ts'
import { sendMessages } from './send.ts'
import { openHospital } from './testing/hospital.ts'
import type { Hospital } from './testing/hospital.ts'

// Messages that others wrote. They stay where they are: `ROUNDS_HL7_SAMPLES` names their folder, and without it this file
// is not collected (vitest.config.ts).

const samples = process.env['ROUNDS_HL7_SAMPLES'] ?? ''
const folder = join(samples, 'messages')
const mapped: ReadonlySet<string> = new Set(Object.keys(mappings))

type Row = { type: string; answer: string; state: string; reason: string }

describe('the sample messages', () => {
  let hospital: Hospital
  const files = new Map<string, Buffer>()
  const rows: (Row & { file: string })[] = []

  beforeAll(async () => {
    hospital = await openHospital()
    for (const file of (await readdir(folder)).toSorted()) {
      const bytes = await readFile(join(folder, file))
      files.set(file, bytes)
      const [answer = null] = await sendMessages('127.0.0.1', hospital.hl7.port, [bytes])
      await hospital.hl7.idle()
      const [entry] = await hospital.store.inbox.list({ limit: 1 })
      const said = answer === null ? '-' : (/MSA.([A-Z]{2})/.exec(answer.toString('latin1'))?.[1] ?? '?')
      const reason = [entry?.code, entry?.facts['place'], entry?.facts['why']].filter(Boolean).join(' ')
      rows.push({ file, type: entry?.messageType ?? '', answer: said, state: entry?.state ?? '', reason })
    }
  }, 300_000)

  afterAll(() => hospital?.close())

  test('none brings anything down, and each ends with a reason', () => {
    print(rows)
    expect(hospital.faults).toEqual([])
    expect(rows.filter(({ state }) => state === '' || state === 'open')).toEqual([])
    const unexplained = rows.filter(
      ({ state, reason }) => !['applied', 'duplicate'].includes(state) && reason === '',
    )
    expect(unexplained).toEqual([])
    expect(rows.filter(({ reason }) => reason.includes('internal'))).toEqual([])
  })

  test('the types that are mapped are mostly applied', () => {
    const ours = rows.filter(({ type }) => mapped.has(type))
    const taken = ours.filter(({ state }) => ['applied', 'duplicate'].includes(state))
    expect(ours.length).toBeGreaterThan(200)
    expect(taken.length / ours.length).toBeGreaterThan(0.6)
  })

  test('every message is written out again byte by byte', () => {
    const changed = [...files].filter(([, bytes]) => {
      const parsed = parseMessage(bytes)
      return parsed.ok && !serialise(parsed.value).equals(bytes)
    })
    expect(changed.map(([file]) => file)).toEqual([])
  })
})

describe('the sample messages as FHIR', () => {
  test('are valid R4, every resource of every bundle', async () => {
    const faults = new Map<string, string>()
    let resources = 0
    for (const file of (await readdir(folder)).toSorted()) {
      const converted = convertMessage(await readFile(join(folder, file)), 'UTC', '2026-11-30T00:00:00.000Z')
      if (converted === null || !converted.outcome.ok) continue
      for (const { resource } of converted.outcome.value.bundle.entry) {
        resources += 1
        for (const fault of faultsOf(resource)) faults.set(fault, `${resource.resourceType} of ${file}`)
      }
    }
    expect(resources).toBeGreaterThan(1_000)
    expect([...faults]).toEqual([])
  }, 120_000)
})

describe('what other converters made of the sample messages', () => {
  test('is what we make of them: 95 % of every field, a tenth of the values excepted at most', async () => {
    const { fields, all, relatives } = await conform(folder, join(samples, 'expected-fhir'))
    expect(all.stated).toBeGreaterThan(3_000)
    expect(fields.filter(({ percent }) => percent !== null && percent < 95)).toEqual([])
    for (const { stated, excepted } of [all, relatives]) expect(excepted / stated).toBeLessThanOrEqual(0.1)
  }, 120_000)
})

function print(rows: readonly (Row & { file: string })[]): void {
  const counts = new Map<string, number>()
  for (const { type, answer, state, reason } of rows) {
    const key = [mapped.has(type) ? type : 'others', answer, state, mapped.has(type) ? reason : ''].join(
      ' | ',
    )
    counts.set(key, (counts.get(key) ?? 0) + 1)
  }
  const lines = [...counts].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([key, count]) => `${count}\t${key}`)
  process.stdout.write(`${lines.join('\n')}\n`)
}
