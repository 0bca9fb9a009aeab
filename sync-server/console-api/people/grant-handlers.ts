import type { AnyDocument, Id } from '#app/kernel/index.ts'
import { instant } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { createGrantDesk } from '../../access/grants/grant-desk.ts'
import type { GrantAsOf } from '../../access/grants/grant-desk.ts'
import type { Reader, Store } from '../../store/contract.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import type { ConsoleAnswer } from '../protocol/console.ts'
import type { ConsoleGrant, grantCalls } from '../protocol/grants.ts'

export function grantHandlers({
  store,
  clock,
}: ConsoleParts): Pick<ConsoleHandlers, keyof typeof grantCalls> {
  const desk = createGrantDesk(store, clock)
  const described = async (one: GrantAsOf) => describe(one, await namesOf(store))
  return {
    grants: async ({ asOf }) => {
      const names = await namesOf(store)
      const found = await desk.grants(asOf ?? undefined)
      return { asOf: asOf ?? instant(clock), grants: found.map((one) => describe(one, names)) }
    },
    'grant-choices': async () => {
      const users = (await store.access.users()).map(({ id, name, login }) => ({ id, name, login }))
      return { users, places: [...(await store.snapshot(placesOf)), ...users.map(personOf)] }
    },
    'propose-grant': async ({ reason, ...wanted }, { user }) =>
      described(await desk.propose(user, wanted, reason)),
    'approve-grant': async ({ id }, { user }) => described(await desk.approve(user, id)),
    'end-grant': async ({ id, reason }, { user }) => described(await desk.end(user, id, reason)),
  }
}

async function namesOf(store: Store): Promise<ReadonlyMap<Id, string>> {
  return new Map((await store.access.users()).map(({ id, name }) => [id, name]))
}

function describe({ grant, record, state }: GrantAsOf, names: ReadonlyMap<Id, string>): ConsoleGrant {
  const named = <Deed extends { readonly by: Id }>(deed: Deed) => ({
    ...deed,
    by: names.get(deed.by) ?? deed.by,
  })
  return {
    grant,
    state,
    proposed: record && named(record.proposed),
    approved: record?.approved ? named(record.approved) : null,
    ended: record?.ended ? named(record.ended) : null,
  }
}

type Place = ConsoleAnswer<'grant-choices'>['places'][number]

/** Sites, territories and care teams by name: no patient is among them. */
async function placesOf(read: Reader): Promise<Place[]> {
  const kinds = [modules.locations.kind, modules.territories.kind, modules['care-teams'].kind]
  const page = { after: '', through: null, limit: 2000 }
  const rows = await read.range('reference', [{ kinds, scopes: 'all' }], page)
  const stored = await read.documents(
    'reference',
    rows.map(({ id }) => id),
  )
  return stored.flatMap(({ body: { doc } }) => placeOf(doc))
}

function placeOf(doc: AnyDocument): Place[] {
  const name = typeof doc['name'] === 'string' ? doc['name'] : doc.id
  if (doc.kind === modules.territories.kind) return [{ scope: `territory:${doc.id}`, name }]
  if (doc.kind === modules['care-teams'].kind)
    return [{ scope: `team:${doc.id}`, name: `Care team: ${name}` }]
  return doc['type'] === 'site' ? [{ scope: `site:${doc.id}`, name }] : []
}

/** What is assigned to somebody by name. */
function personOf({ id, name }: { readonly id: Id; readonly name: string }): Place {
  return { scope: `person:${id}`, name: `Assigned to ${name}` }
}
