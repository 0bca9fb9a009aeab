import { blankOf, instant, newId, systemClock } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule, Id, Scope } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { PushItem, PushResult } from '#app/protocol/index.ts'
import type { PersonActor } from '../../replication/actor.ts'
import { viewOf } from '../../replication/view.ts'
import type { Hospital } from './hospital.ts'
import { site } from './hospital.ts'

// Somebody at the front desk, whose device pushes what they enter.

export type Person = {
  create(module: ModuleName, fields: Readonly<Record<string, unknown>>, id?: Id): Promise<Id>
  /** Edits what is there now. */
  edit(module: ModuleName, id: Id, change: Readonly<Record<string, unknown>>): Promise<PushResult>
  see(module: ModuleName, id: Id): Promise<AnyDocument>
}

/** `also`: what they may see beside their site, such as a sensitivity. */
export async function atTheDesk(
  { store, door }: Pick<Hospital, 'store' | 'door'>,
  also: readonly Scope[] = [],
): Promise<Person> {
  const identity = await store.identity()
  if (identity === null) throw new Error('nobody works here yet')
  const [userId, deviceId, orgId] = [newId(), newId(), identity.organisation.id]
  const from = '2020-01-01T00:00:00.000Z'
  const grants = [`site:${site}` as const, ...also].map(
    (scope) => ({ id: newId(), userId, role: 'coordinator', scope, from, until: null }) as const,
  )
  const subject = { id: userId, orgId, grants }
  const actor: PersonActor = { type: 'person', userId, deviceId, subject }

  async function push(module: ModuleName, doc: AnyDocument): Promise<PushResult> {
    const { collection } = modules[module]
    const edit = newId()
    const item: PushItem = {
      collection,
      id: doc.id,
      rev: doc.rev,
      edit,
      author: userId,
      doc: { ...doc, edit },
    }
    const [result] = await door.push(actor, [item])
    if (result === undefined || result.outcome === 'refused') throw new Error(`refused: ${result?.code}`)
    return result
  }

  async function see(module: ModuleName, id: Id): Promise<AnyDocument> {
    const [stored] = await store.snapshot((read) => read.documents(modules[module].collection, [id]))
    const viewer = { subject, at: instant(systemClock), incarnation: identity?.incarnation ?? '' }
    const view = stored === undefined ? null : viewOf(viewer, stored)
    if (view === null || !('kind' in view)) throw new Error(`${module}: not visible`)
    return view
  }

  return {
    see,
    async create(module, fields, id = newId()) {
      const stamp = { at: instant(systemClock), by: userId, origin: 'person', device: deviceId } as const
      const empty = { rev: '', scopes: [], removedAt: null, ext: {}, sources: {}, conflicts: [] }
      const envelope = { id, kind: modules[module].kind, orgId, edit: '', created: stamp, updated: stamp }
      const definition: AnyModule = modules[module]
      await push(module, { ...empty, ...envelope, ...blankOf(definition), ...fields })
      return id
    },
    async edit(module, id, change) {
      const view = await see(module, id)
      const stamp = { at: instant(systemClock), by: userId, origin: 'person', device: deviceId } as const
      return push(module, { ...view, ...change, updated: stamp })
    },
  }
}

export const newcomer = {
  names: [
    {
      key: 'n1',
      use: 'official',
      family: 'Quell',
      given: ['Ada', 'Maria', 'Louise'],
      prefix: [],
      suffix: [],
      representation: 'A',
    },
  ],
  birthDate: '1984-03-09',
  administrativeGender: 'female',
  siteIds: [site],
  telecoms: [
    { key: 't1', system: 'phone', value: '+1 555 0100 301', use: 'mobile', confidential: false },
    { key: 't2', system: 'phone', value: '+1 555 0100 999', use: 'home', confidential: true },
  ],
  addresses: [
    {
      key: 'a1',
      use: 'home',
      confidential: false,
      lines: ['5 Quay Street', 'Flat 2'],
      city: 'Ashby',
      state: 'NY',
      postalCode: '12001',
      country: 'US',
    },
  ],
} as const
