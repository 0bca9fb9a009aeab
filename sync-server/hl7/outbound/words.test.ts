import { describe, expect, test } from 'vitest'
import { blankOf, derivedId, documentSchema } from '#app/kernel/index.ts'
import type { Json } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { demoFeed } from '../demo-feed.ts'
import { feedOf } from '../feed-config.ts'
import { readHeader } from '../header.ts'
import { mapMessage } from '../mapping/index.ts'
import { parseMessage } from '../parse/message.ts'
import { valueAt } from '../parse/path.ts'
import { personMessage } from './adt.ts'
import { agreedValue } from './agreement.ts'
import { answerTo } from './answer.ts'
import type { Patient } from './pid.ts'
import { syntheticOrganisation } from '../../seed/index.ts'
import { ownAuthority, ownRecord } from './own-authority.ts'
import { header, NULL, segment, writeField } from './segments.ts'

const orgId = derivedId('organisation')
const at = '2026-05-11T12:00:00.000Z'
const authority = { namespace: 'GENERAL', universalId: '2.999.1', universalIdType: 'ISO' }
const stored = demoFeed({ site: derivedId('site'), authority, zone: 'America/New_York', at })
const feed = feedOf({ ...stored, version: 1 })
const party = { application: 'EHR', facility: 'GENERAL' }
const there = { host: 'localhost', port: 1, tls: false, from: party, to: party, answerSeconds: 1 }
const named = { ...there, agreementId: null, sensitivities: [] }
const destination = { ...named, events: [], processingId: 'P' as const }
const lists = ['names', 'addresses', 'telecoms'] as const
const envelope = { settings: feed.settings, destination, orgId, controlId: '1', at }

function peopleOf(seed: string): Patient[] {
  const made = syntheticOrganisation({ seed, today: '2026-03-02', zone: 'America/New_York', scale: 0.05 })
  const named = [...made.documents].filter(({ module }) => module === 'patients')
  const stamp = { at, by: 'seed', origin: 'seed' }
  const empty = { rev: '', edit: '', scopes: [], removedAt: null, ext: {}, sources: {}, conflicts: [] }
  const rest = { kind: 'patient', orgId, created: stamp, updated: stamp, ...empty }
  return named.map(({ id, data }) =>
    documentSchema(modules.patients).parse({ ...blankOf(modules.patients), ...data, ...rest, id }),
  )
}

function said(bytes: Buffer): Readonly<Record<string, Json>> {
  const parsed = parseMessage(bytes)
  if (!parsed.ok) throw new Error(parsed.error.why)
  const mapped = mapMessage(parsed.value, readHeader(parsed.value), feed.settings, at)
  if (!mapped.ok) throw new Error(mapped.error.code)
  return mapped.value.intents[0]?.set ?? {}
}

describe('a message of ours', () => {
  test('says of each of our synthetic patients what the echo of it agrees with, field by field', () => {
    const patients = peopleOf('words')
    expect(patients.length).toBeGreaterThan(50)
    for (const patient of patients) {
      const echo = said(personMessage('A31', patient, null, envelope))
      for (const field of lists) {
        const theirs = echo[field] ?? []
        const held = JSON.parse(JSON.stringify(patient[field])) as Json
        const agreed = agreedValue('patients', field, theirs, held)
        expect([field, agreed === undefined]).toEqual([field, false])
        expect(agreedValue('patients', field, theirs, agreed ?? null)).toEqual(agreed)
        const other = agreedValue('patients', field, theirs, [])
        expect(other === undefined).toBe(Array.isArray(theirs) && theirs.length > 0)
      }
      expect(echo['birthDate'] ?? null).toEqual(patient.birthDate)
      expect(echo['administrativeGender'] ?? null).toEqual(patient.administrativeGender)
    }
  })

  test('takes no concept for another that is only said in words, too (simulation, seed 7000)', () => {
    const [one, two] = [
      { codings: [], text: 'Separated, as she says' },
      { codings: [], text: 'Widowed' },
    ]
    expect(agreedValue('patients', 'maritalStatus', one, two)).toBeUndefined()
    const coded = { codings: [{ system: 'urn:rounds:local:X', code: 'W' }], text: 'Widowed' }
    expect(agreedValue('patients', 'maritalStatus', coded, { ...coded, text: 'widow' })).toMatchObject({
      text: 'widow',
    })
  })

  test('escapes what would part it, and leaves nothing empty at its end', () => {
    expect(segment('PID', { 1: '1', 5: [['O|B^C', 'a&b~c\\d']], 9: '' })).toBe(
      'PID|1||||O\\F\\B\\S\\C^a\\T\\b\\R\\c\\E\\d',
    )
    expect(writeField(NULL)).toBe('""')
    const parsed = parseMessage(Buffer.from(`${header({ 3: 'A', 10: 'N1', 12: '2.5.1' })}\r`))
    const value = parsed.ok ? valueAt(parsed.value, 'MSH-10') : null
    expect(value).toEqual({ kind: 'text', text: 'N1' })
  })
})

describe('an answer', () => {
  const ack = (code: string, to: string): Buffer =>
    Buffer.from(
      `MSH|^~\\&|A|B|C|D|20260511||ACK|9|P|2.5.1\rMSA|${code}|${to}|Jane Vahl is unknown\rERR|||204^x\r`,
    )

  test('counts by MSA-2 alone, and keeps codes only', () => {
    expect(answerTo('N1', ack('AA', 'N1'))).toEqual({ accepted: true, code: 'AA', condition: '204' })
    expect(answerTo('N1', ack('AE', 'N1'))).toEqual({ accepted: false, code: 'AE', condition: '204' })
    expect(answerTo('N1', ack('CA', 'N1'))?.accepted).toBe(true)
    expect(answerTo('N1', ack('AA', 'N2'))).toBeNull()
    expect(answerTo('N1', ack('OK', 'N1'))).toBeNull()
    expect(answerTo('N1', Buffer.from('HTTP/1.1 200 OK'))).toBeNull()
  })
})

describe('a number of ours', () => {
  const value = derivedId('record')

  test('is known by either half of its authority, and nobody else’s is', () => {
    const own = ownAuthority(orgId)
    expect(ownRecord(orgId, { value, authority: own })).toBe(value)
    expect(ownRecord(orgId, { value: value.toUpperCase(), authority: { namespace: 'ROUNDS' } })).toBe(value)
    expect(ownRecord(orgId, { value, authority: { universalId: orgId } })).toBe(value)
    expect(ownRecord(orgId, { value, authority: { ...own, universalId: derivedId('other') } })).toBeNull()
    expect(ownRecord(orgId, { value: 'MR1', authority: own })).toBeNull()
    expect(ownRecord(orgId, { value })).toBeNull()
  })
})
