import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { firstValueFrom } from 'rxjs'
import { permissionFor } from '#app/access/index.ts'
import { blankOf, codeOf } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import { BLOB_CHUNK } from '#app/protocol/index.ts'
import type { Attachment } from '#app/values/index.ts'
import { CONTENDED, unlessGone } from './acts.ts'
import type { Acting } from './acts.ts'

// What people do with files: they attach one to a record, open what others attached, keep it on their computer, take it
// off a record.

/** Whoever looks at a file goes on after so long, in milliseconds, though it may not be here yet. */
const PATIENCE = 600

export async function actOnFiles(acting: Acting): Promise<void> {
  const { replica, random } = acting
  const letters = await firstValueFrom(replica.list({ module: 'documents' }))
  const filled = letters.filter(({ content }) => content !== undefined && content.length > 0)
  if (filled.length === 0 || random.chance(0.4)) return attach(acting)
  const { id, content = [] } = random.pick(filled)
  const file = random.pick(content)
  const of = { module: 'documents', id } as const
  switch (random.pick(['open', 'open', 'keep', 'let go', 'take off'] as const)) {
    case 'open':
      return patiently(open(acting, file, id))
    case 'keep':
      return patiently(had(replica.files.keep(file, of, true)))
    case 'let go':
      return patiently(had(replica.files.keep(file, of, false)))
    case 'take off': {
      const rest = content.filter(({ hash }) => hash !== file.hash)
      await unlessGone(() => replica.update('documents', id, { content: rest }, { content }))
    }
  }
}

/** A letter with its scan. The scan is on the disk before the letter names it. */
async function attach({ replica, random, mark, journal }: Acting): Promise<void> {
  const patients = await firstValueFrom(replica.list({ module: 'patients' }))
  const few = patients.toSorted((a, b) => (a.id < b.id ? -1 : 1)).slice(0, CONTENDED)
  const places = few.flatMap(({ id, siteIds = [] }) => siteIds.map((siteId) => ({ patientId: id, siteId })))
  const now = new Date().toISOString()
  const open = places.filter(
    ({ siteId }) => permissionFor(replica.subject, modules.documents, [`site:${siteId}`], now).create,
  )
  if (open.length === 0) return
  const text = mark()
  const file = await replica.files.add(scan(text, random.chance(0.15) ? BLOB_CHUNK + 77 : 3_000))
  const data = {
    ...blankOf(modules.documents),
    ...random.pick(open),
    type: { codings: [], text },
    content: [file],
  } as DataOfModule<'documents'>
  const letter = await unlessGone(() => replica.create('documents', data))
  if (letter !== null) journal.attach({ id: letter.id, hash: file.hash })
}

/** No two are alike. */
function scan(text: string, size: number) {
  const bytes = Buffer.alloc(size, `${text} `)
  const slice = async (start: number, end: number) => new Uint8Array(bytes.subarray(start, end))
  return { name: 'Scan.pdf', type: 'application/pdf', size, slice }
}

async function open({ replica, journal }: Acting, file: Attachment, id: string): Promise<void> {
  const bytes = await had(replica.files.bytes(file, { module: 'documents', id }))
  if (bytes !== null && hashOf(bytes) !== file.hash) journal.find(`another file than ${file.hash} was opened`)
}

export function hashOf(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Null for what can't be had now: it is on its way, there is no network, the record has left. */
async function had<Result>(asking: Promise<Result>): Promise<Result | null> {
  try {
    return await asking
  } catch (failure) {
    const code = codeOf(failure)
    if (code === 'blob.damaged' || code === 'replica.write-failed') throw failure
    return null
  }
}

async function patiently(asking: Promise<unknown>): Promise<void> {
  await Promise.race([asking, pause(PATIENCE)])
}
