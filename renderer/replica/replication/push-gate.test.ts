import { describe, expect, test } from 'vitest'
import { AppError, newId } from '#app/kernel/index.ts'
import type { CollectionName, Id } from '#app/kernel/index.ts'
import { wireDocumentSchema } from '#app/protocol/index.ts'
import type { PushItem, PushResult } from '#app/protocol/index.ts'
import type { StoredDocument } from '../database/stored-document.ts'
import { createdDocument } from '../database/local-edit.ts'
import { modules } from '#app/modules/index.ts'
import { aCase, anAuthor } from '../testing/replica-on-memory.ts'
import { PushGate } from './push-gate.ts'

type Sent = readonly PushItem[]

function gateOver(
  send: (items: Sent) => Promise<readonly PushResult[]>,
  refers: Record<Id, readonly Id[]> = {},
) {
  const documents = new Map<Id, StoredDocument>()
  const sent: Sent[] = []
  const gate = new PushGate({
    authorOf: (document) => document.updated.by,
    refers: ({ document }) => (refers[document.id] ?? []).map((id) => ({ collection: 'cases', id })),
    find: (_collection, id) => documents.get(id),
    fetch: (_collection, id) => Promise.resolve({ id, rev: 'life.9.p', _deleted: true }),
    send(items) {
      sent.push([...items])
      return send(items)
    },
  })
  return {
    gate,
    sent,
    documents,
    make(): StoredDocument {
      const made = createdDocument(anAuthor(), modules.cases, aCase('made'))
      documents.set(made.id, made)
      return made
    },
  }
}

function applied({ collection, id, edit, doc }: PushItem): PushResult {
  return {
    collection,
    id,
    edit,
    outcome: 'applied',
    view: { ...wireDocumentSchema.parse(doc), rev: 'life.1.p', edit: '' },
  }
}

const accept = (items: Sent) => Promise.resolve(items.map(applied))

test('the handlers of several collections share one request, and each gets its own answers', async () => {
  const { gate, sent, make } = gateOver(accept)
  const [a, b] = [make(), make()]
  const names: CollectionName[] = ['cases', 'patients']
  const [first, second] = await Promise.all([
    gate.submit(names[0] ?? 'cases', [a]),
    gate.submit('patients', [b]),
  ])
  expect(sent).toHaveLength(1)
  expect(first?.map(({ view }) => view.id)).toEqual([a.id])
  expect(second?.map(({ view }) => view.id)).toEqual([b.id])
})

test('an edit goes at once, and what comes while it is under way shares the next request', async () => {
  const [underWay, arrived] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
  const { gate, sent, make } = gateOver(async (items) => {
    underWay.resolve()
    await arrived.promise
    return items.map(applied)
  })
  const [a, b, c] = [make(), make(), make()]
  const answers = [gate.submit('cases', [a])]
  await underWay.promise
  answers.push(gate.submit('cases', [b]), gate.submit('patients', [c]))
  arrived.resolve()
  await Promise.all(answers)
  expect(sent.map((items) => items.map(({ id }) => id))).toEqual([[a.id], [b.id, c.id]])
})

test('what only this device knows of a document does not go on the wire', async () => {
  const { gate, sent, make } = gateOver(accept)
  await gate.submit('cases', [{ ...make(), _rev: '1-x', _meta: { lwt: 1 } }])
  expect(
    Object.keys(sent[0]?.[0]?.doc ?? {}).filter((name) => name.startsWith('_') || name === 'localEdit'),
  ).toEqual([])
})

test('a failed request fails everything that waits, with its cause', async () => {
  const { gate, make } = gateOver(() => Promise.reject(new AppError('network.unreachable')))
  const both = [gate.submit('cases', [make()]), gate.submit('patients', [make()])]
  for (const one of both) await expect(one).rejects.toMatchObject({ code: 'network.unreachable' })
})

test('an answer that does not fit its question is a failed transport, not a state', async () => {
  const { gate, make } = gateOver((items) =>
    Promise.resolve(items.map((item) => ({ ...applied(item), id: newId() }))),
  )
  await expect(gate.submit('cases', [make()])).rejects.toMatchObject({ code: 'network.unreachable' })
})

test('a request that is too large goes in halves; a single document that is, is refused', async () => {
  const { gate, sent, make } = gateOver((items) =>
    items.length > 1 || items[0]?.id === big.id
      ? Promise.reject(new AppError('request.too-large', { limit: 1 }))
      : accept(items),
  )
  const big = make()
  const answers = await gate.submit('cases', [make(), big, make(), make()])
  expect(answers.map(({ outcome }) => outcome)).toEqual(['applied', 'refused', 'applied', 'applied'])
  expect(answers[1]).toMatchObject({ code: 'request.too-large', view: { _deleted: true } })
  expect(Math.max(...sent.map((items) => items.length))).toBe(4)
})

test('an edit that the protocol can not carry is refused alone', async () => {
  const { gate, make } = gateOver(accept)
  const broken = { ...make(), updated: { ...make().updated, by: 'nobody' } }
  const answers = await gate.submit('cases', [make(), broken])
  expect(answers).toMatchObject([{ outcome: 'applied' }, { outcome: 'refused', code: 'sync.invalid' }])
})

describe('a parent that was fetched ahead', () => {
  function family(send: (items: Sent) => Promise<readonly PushResult[]> = accept) {
    const refers: Record<Id, Id[]> = {}
    const { gate, sent, make } = gateOver(send, refers)
    const [parent, child] = [make(), make()]
    refers[child.id] = [parent.id]
    const inTurn = () =>
      sent.flatMap((items) => items.map(({ id }) => (id === parent.id ? 'parent' : 'child')))
    return { gate, parent, child, inTurn }
  }

  test('is answered from memory when RxDB hands it in', async () => {
    const { gate, parent, child, inTurn } = family()
    await gate.submit('cases', [child])
    await gate.submit('cases', [parent])
    expect(inTurn()).toEqual(['parent', 'child'])
  })

  test('is sent again where the line was lost meanwhile', async () => {
    const { gate, parent, child, inTurn } = family()
    await gate.submit('cases', [child])
    gate.forgetAnswers()
    await gate.submit('cases', [parent])
    expect(inTurn()).toEqual(['parent', 'child', 'parent'])
  })

  test('is sent again where a request failed after it', async () => {
    let requests = 0
    const { gate, parent, child, inTurn } = family((items) => {
      requests += 1
      return requests === 2 ? Promise.reject(new AppError('network.unreachable')) : accept(items)
    })
    await expect(gate.submit('cases', [child])).rejects.toMatchObject({ code: 'network.unreachable' })
    await gate.submit('cases', [parent])
    expect(inTurn()).toEqual(['parent', 'child', 'parent'])
  })
})

test('after a stop nothing is sent', async () => {
  const { gate, sent, make } = gateOver(accept)
  gate.stop()
  await expect(gate.submit('cases', [make()])).rejects.toMatchObject({ code: 'replica.locked' })
  expect(sent).toEqual([])
})
