import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { compareBundles } from './agreement.ts'
import type { Comparison } from './agreement.ts'
import { convertMessage } from './convert.ts'

// A folder of messages, each converted alone with the zone UTC and MSH-11 passed over, and compared with the FHIR that
// somebody else made of it, where there is one.

export type MessageReport = {
  readonly file: string
  readonly messageType: string
  readonly outcome: 'converted' | 'not-mapped' | 'fault' | 'not-hl7'
  /** What is the matter, by code and place; no values. */
  readonly reason?: string
  readonly comparisons: readonly Comparison[]
}

export type FieldReport = {
  readonly field: string
  readonly stated: number
  readonly agrees: number
  readonly excepted: number
  /** Of what is stated and not excepted, to a tenth. Null below 20 values: they are listed one by one instead. */
  readonly percent: number | null
}

export type ConformReport = {
  readonly messages: readonly MessageReport[]
  readonly fields: readonly FieldReport[]
  /** Patients, encounters, observations and appointments. */
  readonly all: FieldReport
  /** What the other makes of NK1, GT1, IN1 and IN2, beside what is asked for. */
  readonly relatives: FieldReport
}

const bundleSchema = z.looseObject({
  entry: z.array(z.looseObject({ resource: z.looseObject({ resourceType: z.string() }) })).default([]),
})

/** Throws where a folder can't be read, or an expected file is no bundle. */
export async function conform(folder: string, expected: string | null): Promise<ConformReport> {
  const oracle = expected === null ? new Set<string>() : new Set(await readdir(expected))
  const messages: MessageReport[] = []
  for (const file of (await readdir(folder)).toSorted()) {
    const twin = `${file.replace(/\.[^.]+$/, '')}.fhir.json`
    const theirs = expected !== null && oracle.has(twin) ? await readFile(join(expected, twin), 'utf8') : null
    messages.push(reportOn(file, await readFile(join(folder, file)), theirs))
  }
  return { messages, ...summary(messages.flatMap(({ comparisons }) => comparisons)) }
}

function reportOn(file: string, bytes: Uint8Array, theirs: string | null): MessageReport {
  const converted = convertMessage(bytes, 'UTC', '2026-01-01T00:00:00.000Z')
  if (converted === null) return { file, messageType: '', outcome: 'not-hl7', comparisons: [] }
  const { messageType, outcome, message } = converted
  const foreign =
    theirs === null ? [] : bundleSchema.parse(JSON.parse(theirs)).entry.map(({ resource }) => resource)
  if (!outcome.ok) {
    const { code, facts } = outcome.error
    const notMapped = code === 'hl7.unsupported'
    return {
      file,
      messageType,
      outcome: notMapped ? 'not-mapped' : 'fault',
      reason: [code, facts['why'], facts['place'], facts['type']].filter(Boolean).join(' '),
      comparisons: notMapped ? [] : compareBundles(message, [], foreign),
    }
  }
  const ours = outcome.value.bundle.entry.map(({ resource }) => resource)
  return { file, messageType, outcome: 'converted', comparisons: compareBundles(message, ours, foreign) }
}

function summary(comparisons: readonly Comparison[]): Pick<ConformReport, 'fields' | 'all' | 'relatives'> {
  const byField = Map.groupBy(comparisons, ({ field }) => field)
  const fields = [...byField].map(([field, rows]) => fieldReport(field, rows))
  return {
    fields: fields.toSorted((a, b) => (a.field < b.field ? -1 : 1)),
    all: fieldReport(
      'all',
      comparisons.filter(({ field }) => !field.startsWith('RelatedPerson.')),
    ),
    relatives: fieldReport(
      'relatives',
      comparisons.filter(({ field }) => field.startsWith('RelatedPerson.')),
    ),
  }
}

function fieldReport(field: string, rows: readonly Comparison[]): FieldReport {
  const count = (wanted: Comparison['outcome']): number =>
    rows.filter(({ outcome }) => outcome === wanted).length
  const [agrees, excepted] = [count('agrees'), count('excepted')]
  const judged = rows.length - excepted
  const percent = rows.length < 20 || judged === 0 ? null : Math.round((agrees / judged) * 1000) / 10
  return { field, stated: rows.length, agrees, excepted, percent }
}
