import { setTimeout as pause } from 'node:timers/promises'
import type { Contender } from './contenders.ts'
import { draftsOf } from './documents.ts'

export const PULLED = 20_000
export const PUSHED = 5_000
/** Inserts of one round; five rounds make 300. */
const LIVE = 60

/** Documents a second, from the start of a first replication to all of them in the collection. */
export async function pulled(contender: Contender): Promise<number> {
  const client = contender.client()
  try {
    type Answer = { readonly milliseconds: number; readonly documents: number }
    const { milliseconds, documents } = await client.ask<Answer>('pull', contender.order('pull'))
    if (documents !== PULLED) throw new Error(`${documents} of ${PULLED} documents came`)
    return documents / (milliseconds / 1000)
  } finally {
    await client.end()
  }
}

/** Documents a second, from the start of the replication of what was inserted before to its end. */
export async function pushed(contender: Contender, file: string): Promise<number> {
  const client = contender.client()
  try {
    const order = { ...contender.order('push'), file }
    const { milliseconds } = await client.ask<{ milliseconds: number }>('push', order)
    await contender.check(PUSHED)
    return PUSHED / (milliseconds / 1000)
  } finally {
    await client.end()
  }
}

/** Milliseconds from the call that inserts at one client to the answer of a query at another. */
export async function live(contender: Contender): Promise<readonly number[]> {
  const writer = contender.client()
  const reader = contender.client()
  try {
    for (const client of [writer, reader]) await client.ask('follow', contender.order('live'))
    const times: number[] = []
    for (const document of draftsOf('live', LIVE)) {
      const [at, seen] = await Promise.all([
        writer.ask<number>('insert', document),
        within(reader.ask<number>('seen', document.id)),
      ])
      times.push(seen - at)
      await pause(20)
    }
    return times
  } finally {
    for (const client of [writer, reader]) await client.end()
  }
}

async function within<Result>(work: Promise<Result>): Promise<Result> {
  const late = pause(30_000, undefined, { ref: false }).then(() => {
    throw new Error('a live document did not come within 30 seconds')
  })
  return Promise.race([work, late])
}
