import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { blankOf, newId } from '#app/kernel/index.ts'
import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { versionOf, wireDocumentSchema } from '#app/protocol/index.ts'
import type { PushItem, PushResult } from '#app/protocol/index.ts'
import { draft, enrolDevice } from '../../testing/test-device.ts'
import type { TestDevice } from '../../testing/test-device.ts'
import { startTestServer } from '../../testing/test-server.ts'
import type { TestServer } from '../../testing/test-server.ts'

let server: TestServer

function documents(device: TestDevice, kind: string): AnyDocument[] {
  return [...device.held.values()].filter((document) => document.kind === kind)
}

function newCase(data: Readonly<Record<string, unknown>> = {}, id?: Id): AnyDocument {
  const siteId = server.synthetic.sites[0].id
  const needed = { subject: 'Transport home', category: 'scheduling', siteId }
  return draft(
    'case',
    server.synthetic.organisation.id,
    { ...blankOf(modules.cases), ...needed, ...data },
    id,
  )
}

async function deviceWith(
  login: string,
  ...wanted: Parameters<TestDevice['follow']>[0][]
): Promise<TestDevice> {
  const device = await enrolDevice(server.url, login)
  for (const collection of wanted) await device.follow(collection)
  return device
}

function viewOf(result: PushResult | undefined): AnyDocument {
  if (result === undefined || !('kind' in result.view)) throw new Error('no view')
  return result.view
}

async function stored(item: Pick<PushItem, 'collection' | 'id'>) {
  const [document] = await server.store.snapshot((read) => read.documents(item.collection, [item.id]))
  if (document === undefined) throw new Error('not stored')
  return document
}

describe.each(['sqlite', 'postgres'] as const)('push, over %s', (dialect) => {
  beforeEach(async () => {
    server = await startTestServer({ dialect })
  })
  afterEach(() => server.close())

  it('stores a creation with stamps, scopes and rev of its own', async () => {
    const carla = await deviceWith('carla')
    const [result] = await carla.push(carla.edit('cases', newCase(), {}))
    expect(result).toMatchObject({
      outcome: 'applied',
      view: { edit: '', subject: 'Transport home', status: 'new' },
    })
    const { body, scopes } = await stored({ collection: 'cases', id: result?.id ?? '' })
    expect(scopes).toEqual([`site:${server.synthetic.sites[0].id}`])
    expect(body.doc.created).toMatchObject({ by: carla.userId, origin: 'person', device: carla.deviceId })
    expect(body.stamps['subject']).toEqual(body.doc.created)
  })

  it('keeps edits of different fields by two people', async () => {
    const [carla, sofia] = [await deviceWith('carla', 'cases'), await deviceWith('sofia', 'cases')]
    const before = documents(carla, 'case')[0] as AnyDocument
    await carla.push(carla.edit('cases', before, { priority: 'urgent' }))
    const [result] = await sofia.push(sofia.edit('cases', before, { description: 'Called twice' }))
    expect(result).toMatchObject({
      outcome: 'merged',
      view: { priority: 'urgent', description: 'Called twice', conflicts: [] },
    })
  })

  it('decides edits of one field, and keeps the loser in the ledger with both stamps and where they started', async () => {
    const [carla, sofia] = [await deviceWith('carla', 'cases'), await deviceWith('sofia', 'cases')]
    const before = documents(carla, 'case')[0] as AnyDocument
    await carla.push(carla.edit('cases', before, { subject: 'From the desk' }))
    const [result] = await sofia.push(sofia.edit('cases', before, { subject: 'From above' }))
    expect(result).toMatchObject({ outcome: 'merged', view: { subject: 'From above' } })
    expect(viewOf(result).conflicts).toEqual([
      expect.objectContaining({
        field: 'subject',
        losing: 'From the desk',
        winning: 'From above',
        lost: expect.objectContaining({ by: carla.userId, device: carla.deviceId }),
        won: expect.objectContaining({ by: sofia.userId, device: sofia.deviceId }),
        base: versionOf(before.rev),
        state: 'open',
      }),
    ])
  })

  it('answers with the same view, to the order of its ledger, as everybody else reads', async () => {
    const [carla, sofia] = [await deviceWith('carla', 'cases'), await deviceWith('sofia', 'cases')]
    // Several, since one ledger of two entries may be in order by chance.
    for (const before of documents(carla, 'case').slice(0, 4)) {
      await carla.push(carla.edit('cases', before, { subject: 'One', description: 'One', resolution: 'One' }))
      const [result] = await sofia.push(
        sofia.edit('cases', before, { subject: 'Two', description: 'Two', resolution: 'Two' }),
      )
      await sofia.follow('cases')
      expect(viewOf(result).conflicts).toHaveLength(3)
      expect(viewOf(result)).toEqual(sofia.held.get(`cases/${before.id}`))
    }
  })

  it('answers a repeat with the same outcome and the view of now, and stores nothing twice', async () => {
    const carla = await deviceWith('carla')
    const item = carla.edit('cases', newCase(), {})
    const [first] = await carla.push(item)
    const later = carla.held.get(`cases/${item.id}`) as AnyDocument
    await carla.push(carla.edit('cases', later, { priority: 'high' }))
    const [again] = await carla.push(item)
    expect(again).toMatchObject({ outcome: first?.outcome, view: { priority: 'high' } })
    const revisions = await server.store.snapshot((read) => read.revisions(item))
    expect(revisions).toHaveLength(2)
  })

  it('takes an undo for an edit after the answer was lost', async () => {
    const carla = await deviceWith('carla', 'cases')
    const before = documents(carla, 'case')[0] as AnyDocument
    await carla.push(carla.edit('cases', before, { subject: 'A slip' }))
    // The answer never came: the replica is still on the old rev, and its user takes the word back.
    const [result] = await carla.push(carla.edit('cases', before, {}))
    expect(result).toMatchObject({ outcome: 'applied', view: { subject: before['subject'], conflicts: [] } })
  })

  it('keeps what many devices push at once', async () => {
    const sofia = await deviceWith('sofia', 'cases')
    const before = documents(sofia, 'case')[0] as AnyDocument
    const devices = await Promise.all(Array.from({ length: 5 }, () => deviceWith('sofia')))
    const words = devices.map((_, index) => `tag-${index}`)
    await Promise.all(
      devices.map((device, index) =>
        device.push(device.edit('cases', before, { tags: [...(before['tags'] as string[]), words[index]] })),
      ),
    )
    const { body } = await stored({ collection: 'cases', id: before.id })
    expect(body.doc['tags']).toEqual(expect.arrayContaining([...(before['tags'] as string[]), ...words]))
  })
})

describe('what a push may', () => {
  beforeEach(async () => {
    server = await startTestServer()
  })
  afterEach(() => server.close())

  it('never touches what the author does not see', async () => {
    const ada = await deviceWith('ada', 'accounts', 'cases')
    const seen = documents(ada, 'case')[0] as AnyDocument
    const [byField, byWrite] = await ada.push(
      ada.edit('cases', seen, { subject: 'Guessed' }),
      ada.edit('cases', seen, { priority: 'low' === seen['priority'] ? 'high' : 'low' }),
    )
    expect(byField).toMatchObject({ outcome: 'refused', code: 'sync.refused-field', field: 'subject' })
    expect(byWrite).toMatchObject({ outcome: 'refused', code: 'sync.refused-field', field: 'priority' })
    expect(byField?.view).not.toHaveProperty('subject')
    const { body } = await stored({ collection: 'cases', id: seen.id })
    expect(body.doc['subject']).not.toBe('Guessed')
  })

  it('keeps hidden fields where a visible one changes', async () => {
    const carla = await deviceWith('carla', 'accounts')
    const account = documents(carla, 'account')[0] as AnyDocument
    const { body: before } = await stored({ collection: 'accounts', id: account.id })
    // A view that says nothing of a field says nothing about it.
    const { note: _, ...partial } = account
    const [result] = await carla.push(carla.edit('accounts', partial, { tags: ['seen'] }))
    expect(result?.outcome).toBe('applied')
    const { body: after } = await stored({ collection: 'accounts', id: account.id })
    expect(after.doc['note']).toEqual(before.doc['note'])
    expect(after.doc['tags']).toEqual(['seen'])
  })

  it('refuses what does not fit the module, with the field, and keeps the rest of the batch', async () => {
    const carla = await deviceWith('carla')
    const results = await carla.push(
      carla.edit('cases', newCase({ subject: 'x'.repeat(500) }), {}),
      carla.edit('cases', newCase({ dueOn: '2026-02-30' }), {}),
      carla.edit('cases', newCase({ siteId: null }), {}),
      carla.edit('cases', newCase(), {}),
    )
    expect(results.map(({ outcome, code, field }) => [outcome, code, field])).toEqual([
      ['refused', 'sync.invalid', 'subject'],
      ['refused', 'sync.invalid', 'dueOn'],
      ['refused', 'sync.invalid', 'siteId'],
      ['applied', undefined, undefined],
    ])
    expect(results[0]?.view).toMatchObject({ _deleted: true })
  })

  it('refuses a field that the module does not have, and a kind that nobody has', async () => {
    const carla = await deviceWith('carla')
    const orgId = server.synthetic.organisation.id
    const results = await carla.push(
      carla.edit('cases', newCase({ invented: 1 }), {}),
      carla.edit('cases', draft('spaceship', orgId, {}), {}),
      carla.edit('patients', newCase(), {}),
    )
    expect(results.map(({ code }) => code)).toEqual([
      'sync.invalid',
      'sync.unknown-kind',
      'sync.unknown-kind',
    ])
  })

  it('refuses a creation outside the grants, a foreign author, and an edit of what is not visible', async () => {
    const [carla, sofia] = [await deviceWith('carla'), await deviceWith('sofia', 'patients')]
    const other = server.synthetic.sites[1].id
    const elsewhere = documents(sofia, 'patient').find(
      ({ scopes }) => scopes.join() === `site:${other}`,
    ) as AnyDocument
    const foreign = { ...carla.edit('cases', newCase(), {}), author: sofia.userId }
    const results = await carla.push(
      carla.edit('cases', newCase({ siteId: other }), {}),
      foreign,
      carla.edit('patients', elsewhere, { note: 'Seen nowhere' }),
    )
    expect(results.map(({ code }) => code)).toEqual([
      'access.forbidden',
      'access.forbidden',
      'sync.not-visible',
    ])
    expect(results[2]?.view).toEqual({ id: elsewhere.id, rev: expect.any(String), _deleted: true })
    const ada = await deviceWith('ada')
    const [refused] = await ada.push(ada.edit('cases', newCase({ subject: 'Not hers' }), {}))
    expect(refused?.outcome).toBe('refused')
  })

  it('refuses to send a document where its author could not follow it', async () => {
    const carla = await deviceWith('carla', 'patients')
    const patient = documents(carla, 'patient').find(({ scopes }) => scopes.length === 1) as AnyDocument
    const away = [server.synthetic.sites[1].id]
    // Sites are a set: the merge keeps what the author took out only if nobody added it meanwhile.
    const [result] = await carla.push(carla.edit('patients', patient, { siteIds: away }))
    expect(result).toMatchObject({
      outcome: 'refused',
      code: 'sync.not-visible',
      view: { siteIds: patient['siteIds'] },
    })
  })

  it('never executes a pushed _deleted, and takes removedAt for the delete of a user', async () => {
    const carla = await deviceWith('carla', 'cases')
    const before = documents(carla, 'case')[0] as AnyDocument
    const [ignored] = await carla.push(carla.edit('cases', before, { _deleted: true }))
    expect(ignored).toMatchObject({ outcome: 'unchanged', view: { id: before.id, removedAt: null } })
    const removedAt = new Date().toISOString()
    const [removed] = await carla.push(carla.edit('cases', before, { removedAt }))
    expect(removed).toMatchObject({ outcome: 'applied', view: { removedAt } })
  })

  it('refuses a new reference to a removed or unknown record, in whatever order the batch comes', async () => {
    const carla = await deviceWith('carla', 'patients')
    const patient = documents(carla, 'patient')[0] as AnyDocument
    const removedAt = new Date().toISOString()
    const results = await carla.push(
      carla.edit('cases', newCase({ patientId: patient.id }), {}),
      carla.edit('patients', patient, { removedAt }),
      carla.edit('cases', newCase({ patientId: newId() }), {}),
    )
    expect(results.map(({ outcome, code }) => code ?? outcome)).toEqual([
      'sync.parent-removed',
      'applied',
      'sync.parent-refused',
    ])
  })

  it('closes an entry of the ledger by an ordinary edit', async () => {
    const [carla, sofia] = [await deviceWith('carla', 'cases'), await deviceWith('sofia', 'cases')]
    const before = documents(carla, 'case')[0] as AnyDocument
    await carla.push(carla.edit('cases', before, { subject: 'One' }))
    await sofia.push(sofia.edit('cases', before, { subject: 'Two' }))
    await carla.follow('cases')
    const open = carla.held.get(`cases/${before.id}`) as AnyDocument
    const conflicts = open.conflicts.map((conflict) => ({ ...conflict, state: 'undone' }))
    const [result] = await carla.push(carla.edit('cases', open, { subject: 'One', conflicts }))
    expect(result).toMatchObject({ outcome: 'applied', view: { subject: 'One', conflicts: [] } })
    const ledger = await server.store.snapshot((read) =>
      read.conflicts({ collection: 'cases', id: before.id }),
    )
    expect(ledger.map(({ field, state }) => [field, state])).toEqual([['subject', 'undone']])
  })

  it('merges two creations under one id', async () => {
    const [carla, sofia] = [await deviceWith('carla'), await deviceWith('sofia')]
    const id = newId()
    await carla.push(carla.edit('cases', newCase({ priority: 'high' }, id), {}))
    const [result] = await sofia.push(sofia.edit('cases', newCase({ description: 'Made twice' }, id), {}))
    expect(result).toMatchObject({
      outcome: 'merged',
      view: { description: 'Made twice', priority: 'high', conflicts: [] },
    })
  })

  it('refuses an edit that is used again for another document', async () => {
    const carla = await deviceWith('carla')
    const first = carla.edit('cases', newCase(), {})
    const second = { ...carla.edit('cases', newCase(), {}), edit: first.edit }
    second.doc = { ...second.doc, edit: first.edit }
    const results = await carla.push(first, second)
    expect(results.map(({ outcome, code }) => code ?? outcome)).toEqual(['applied', 'request.invalid'])
    await expect(stored(second)).rejects.toThrow('not stored')
  })

  it('trusts a clock that is a day ahead for nothing', async () => {
    const carla = await deviceWith('carla')
    const item = carla.edit('cases', newCase(), {})
    const at = new Date(Date.now() + 86_400_000).toISOString()
    item.doc = { ...item.doc, updated: { ...wireDocumentSchema.parse(item.doc).updated, at } }
    const [result] = await carla.push(item)
    expect(viewOf(result).updated.at < at).toBe(true)
  })

  it('writes one audit entry for each collection of a batch, with its ids and without content', async () => {
    const carla = await deviceWith('carla')
    const item = carla.edit('cases', newCase({ subject: 'Zebra crossing' }), {})
    await carla.push(item)
    const entries = await server.store.audit.read({ limit: 5 })
    const entry = entries.find(({ action }) => action === 'push')
    expect(entry).toMatchObject({
      actor: carla.userId,
      deviceId: carla.deviceId,
      address: '127.0.0.1',
      collection: 'cases',
      ids: [item.id],
      facts: { applied: 1 },
    })
    expect(JSON.stringify(entries)).not.toContain('Zebra')
  })

  it('says in it which fields have other values now, record by record, and none of what was refused', async () => {
    const [carla, sofia] = [await deviceWith('carla', 'cases'), await deviceWith('sofia', 'cases')]
    const [one, other] = documents(carla, 'case') as [AnyDocument, AnyDocument]
    await sofia.push(sofia.edit('cases', other, { priority: 'urgent' }))
    const made = carla.edit('cases', newCase(), {})
    await carla.push(
      made,
      carla.edit('cases', one, { description: 'Called twice', removedAt: new Date().toISOString() }),
      carla.edit('cases', other, { resolution: 'Settled' }),
      carla.edit('cases', newCase({ subject: '' }), {}),
    )
    const [entry] = (await server.store.audit.read({ limit: 5 })).filter(({ action }) => action === 'push')
    expect(entry?.facts).toEqual({ applied: 2, merged: 1, refused: 1 })
    expect(entry?.changes).toEqual([
      { ids: [made.id], fields: ['subject', 'category', 'siteId'] },
      { ids: [one.id], fields: ['description', 'removedAt'] },
      { ids: [other.id], fields: ['resolution'] },
    ])
  })
})
