import { createHash } from 'node:crypto'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { filesIn } from '#app/files/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { nextTime, pidOf } from '../testing/events.ts'
import { send } from '../testing/exchange.ts'
import { openHospital } from '../testing/hospital.ts'
import type { Hospital } from '../testing/hospital.ts'
import { message, msh } from '../testing/messages.ts'

let here: Hospital

beforeEach(async () => {
  here = await openHospital()
})
afterEach(() => here.close())

const pages = Buffer.from('%PDF-1.7 synthetic pages '.repeat(20_000))
const embedded = (bytes: Buffer) => `^Application^PDF^Base64^${bytes.toString('base64')}`

const letter = (bytes: Buffer, number = 'D-1'): Buffer =>
  message(
    msh({ type: 'MDM^T02', controlId: nextTime(), time: nextTime() }),
    pidOf('1'),
    `TXA|1|DS^Discharge summary^HL70270||20260511083000||||||||${number}^GENERAL|||||AU`,
    `OBX|1|ED|PDF^Pages^L||${embedded(bytes)}||||||F`,
  )

const result = (bytes: Buffer, status = 'F'): Buffer =>
  message(
    msh({ type: 'ORU^R01', controlId: nextTime(), time: nextTime() }),
    pidOf('1'),
    `OBR|1||F-1^LAB|24356-8^Urinalysis^LN|||20260511083000|||||||||||||||||LAB|F`,
    `OBX|1|ED|PDF^Report^L||${embedded(bytes)}||||||${status}`,
  )

/** The bytes of the one file that a record names, read as a replica would get them. */
async function fileOf(module: 'documents' | 'observations', record: AnyDocument | undefined) {
  const [file] = record === undefined ? [] : filesIn(modules[module], record)
  if (record === undefined || file === undefined) throw new Error('there is no file')
  const { blobs } = here.store
  const carried = await blobs.isCarriedBy(file.hash, { collection: 'clinical', id: record.id })
  const pieces: Buffer[] = []
  for (let at = 0, piece = await blobs.chunk(file.hash, 0); piece !== null;) {
    pieces.push(piece)
    at += 1
    piece = await blobs.chunk(file.hash, at)
  }
  return { file, carried, bytes: Buffer.concat(pieces) }
}

test('the pages of a document are a file of its record, once, however often they are sent', async () => {
  expect(await send(here, letter(pages), letter(pages), letter(pages, 'D-2'))).toEqual(['AA', 'AA', 'AA'])
  const records = await here.records('documents')
  expect(records).toHaveLength(2)
  for (const record of records) {
    const { file, carried, bytes } = await fileOf('documents', record)
    expect(file).toMatchObject({ mime: 'application/pdf', size: pages.length, name: 'Pages' })
    expect(file.hash).toBe(createHash('sha256').update(pages).digest('hex'))
    expect([carried, bytes.equals(pages)]).toEqual([true, true])
  }
  expect(await here.store.blobs.usage()).toEqual({ bytes: pages.length, files: 1 })
})

test('a document within a result is its value, and its file', async () => {
  await send(here, result(pages))
  const [record] = await here.records('observations')
  expect(record?.['value']).toMatchObject({ type: 'attachment', attachment: { size: pages.length } })
  expect((await fileOf('observations', record)).bytes.equals(pages)).toBe(true)
})

test('new pages take the place of the old, and a result of the wrong patient keeps none', async () => {
  const next = Buffer.from('%PDF-1.7 corrected')
  await send(here, letter(pages), letter(next), result(pages, 'W'))
  const { bytes } = await fileOf('documents', (await here.records('documents'))[0])
  expect(bytes.equals(next)).toBe(true)
  const [finding] = await here.records('observations')
  expect(finding?.['value']).toBeNull()
})

test('a message that is refused leaves no file', async () => {
  const nobody = letter(pages).toString().replace('PID|1||1^^^', 'PID|1||^^^')
  await send(here, Buffer.from(nobody))
  expect(await here.records('documents')).toEqual([])
  expect(await here.store.blobs.usage()).toEqual({ bytes: 0, files: 0 })
})
