import { afterEach, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyDocument } from '#app/kernel/index.ts'
import type { PullRequest } from '#app/protocol/index.ts'
import { closeLaptops, laptop, settledCase } from '../testing/laptops.ts'
import { reached } from '../testing/replica-on-memory.ts'
import type { Laptop } from '../testing/replica-on-memory.ts'

// A first load of several pages: the network and the disk work at the same time.

afterEach(closeLaptops)

const THREE_PAGES = 2300

/** A new laptop whose server has three pages of cases for it. */
async function beforeItsLoad(): Promise<Laptop> {
  const other = laptop()
  const id = await settledCase(other, await other.open())
  const settled = other.server.get('cases', id) as AnyDocument
  await other.close()
  const made = laptop()
  for (let number = 0; number < THREE_PAGES; number += 1)
    made.server.write('cases', { ...settled, id: newId() })
  return made
}

const walks = (made: Laptop): PullRequest[] =>
  made.server.pulls.filter(
    ({ collection, checkpoint }) => collection === 'cases' && checkpoint?.mode === 'walk',
  )

test('while a page goes to the disk, the next is on its way', async () => {
  const made = await beforeItsLoad()
  const disk = Promise.withResolvers<void>()
  made.server.script.answer = (_path, body) => {
    if (isOfCases(body)) made.disk.slowDown(() => disk.promise)
    // Where it is asked for only after the disk, it never comes.
    if (walks(made).length > 0) disk.resolve()
  }
  const replica = await made.open()
  await reached(replica, 'done')
  expect(replica.search('first', { limit: 5000 })).toHaveLength(THREE_PAGES)
  expect(walks(made)).toHaveLength(2)
})

test('a disk that does not keep up is not run over: one page is asked for ahead of it, and no more', async () => {
  const made = await beforeItsLoad()
  const disk = Promise.withResolvers<void>()
  made.server.script.answer = (_path, body) => {
    if (isOfCases(body)) made.disk.slowDown(() => disk.promise)
  }
  const opening = made.open()
  const asked = () => made.server.pulls.filter(isOfCases).length
  await expect.poll(asked).toBe(2)
  // Time enough for a third, if anybody asked for it.
  for (let turn = 0; turn < 200; turn += 1) await new Promise(setImmediate)
  expect(asked()).toBe(2)
  disk.resolve()
  const replica = await opening
  await reached(replica, 'done')
  expect(replica.search('first', { limit: 5000 })).toHaveLength(THREE_PAGES)
})

test('a page that was asked for ahead and did not come is asked for again', async () => {
  const made = await beforeItsLoad()
  let cuts = 0
  made.server.script.request = (_path, body) => {
    if (!isOfCases(body) || body.checkpoint?.mode !== 'walk' || cuts > 0) return
    cuts += 1
    throw new TypeError('the line was cut')
  }
  const replica = await made.open()
  await reached(replica, 'done')
  expect(replica.search('first', { limit: 5000 })).toHaveLength(THREE_PAGES)
  expect(cuts).toBe(1)
})

function isOfCases(body: unknown): body is PullRequest {
  return (
    typeof body === 'object' &&
    body !== null &&
    'limit' in body &&
    'collection' in body &&
    body.collection === 'cases'
  )
}
