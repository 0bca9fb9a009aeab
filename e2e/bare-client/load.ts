import { blankOf } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import type { Replica } from '#renderer/replica/index.ts'
import { tell } from './told.ts'

// People who write as fast as the disk lets them: each writer edits a case of their own, one edit after the other, and
// makes a new one now and then. Every write has a mark that is told apart from all others, twice in one document.

export type Load = {
  /** Begins every mark; never used twice. */
  readonly name: string
  readonly siteId: Id
  /** The case of each writer; null where it has still to be made. */
  readonly cases: readonly (Id | null)[]
}

const NEW_EVERY = 3
const MARK = /"subject":"(load [^"]*)"/

/** Whether a document, as JSON, was written by a load. */
export function isMarked(json: string): boolean {
  return MARK.test(json)
}

/** Three parts that say who wrote it and which write it was. */
export function markOf(load: string, writer: number, number: number): string {
  return `load ${load} writer ${writer} number ${number}`
}

/** The second place of a mark: long, so that a write is more than one block of anything. */
export function textOf(mark: string): string {
  return Array.from({ length: 40 }, () => mark).join('; ')
}

export function startLoad(replica: Replica, load: Load): void {
  load.cases.forEach((known, writer) => {
    write(replica, load, writer, known).catch((failure: unknown) =>
      tell({ type: 'failed', why: failure instanceof Error ? failure.message : 'unknown' }),
    )
  })
}

async function write(replica: Replica, load: Load, writer: number, known: Id | null): Promise<never> {
  let own = known
  for (let number = 1; ; number += 1) {
    const mark = markOf(load.name, writer, number)
    const texts = { subject: mark, description: textOf(mark) }
    const isNew = own === null || number % NEW_EVERY === 0
    if (isNew) {
      const data = { ...blankOf(modules.cases), ...texts, category: 'other', siteId: load.siteId }
      const { id } = await replica.create('cases', data as DataOfModule<'cases'>)
      own ??= id
      tell({ type: 'saved', writer, id, mark, isNew: true })
    } else if (own !== null) {
      await replica.update('cases', own, texts)
      tell({ type: 'saved', writer, id: own, mark, isNew: false })
    }
  }
}
