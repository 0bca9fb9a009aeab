import { firstValueFrom } from 'rxjs'
import type { Id } from '#app/kernel/index.ts'
import type { PushItem } from '#app/protocol/index.ts'
import type { QuarantineEntry, Replica } from '../contract.ts'
import { aCase, Laptop, reached, seen } from './replica-on-memory.ts'

// What tests of replication do with laptops. Those they open are closed by `closeLaptops` after each test.

const laptops: Laptop[] = []

export function laptop(): Laptop {
  const made = new Laptop()
  laptops.push(made)
  return made
}

export async function closeLaptops(): Promise<void> {
  for (const made of laptops.splice(0)) await made.close()
}

/** A case that the server has, and the replica too. */
export async function settledCase(made: Laptop, replica: Replica): Promise<Id> {
  const { id } = await replica.create('cases', aCase('first', { description: 'before' }))
  await seen(replica, 'cases', id, (view) => view?.edit === '')
  await reached(replica, 'done')
  made.server.pushes.length = 0
  return id
}

/** Holds the requests of one route, or their answers, back until the test lets go. */
export function hold(made: Laptop, path: string, what: 'request' | 'answer' = 'answer') {
  const arrived = Promise.withResolvers<void>()
  const gate = Promise.withResolvers<void>()
  made.server.script[what] = async (asked) => {
    if (asked !== path) return
    arrived.resolve()
    await gate.promise
  }
  return {
    held: arrived.promise,
    release() {
      delete made.server.script[what]
      gate.resolve()
    },
  }
}

export function lastPushed(made: Laptop, id: Id): PushItem | undefined {
  return made.server.pushes.flat().findLast((item) => item.id === id)
}

export function firstQuarantine(replica: Replica): Promise<readonly QuarantineEntry[]> {
  return firstValueFrom(replica.quarantine$)
}
