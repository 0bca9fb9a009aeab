import type { Id } from '#app/kernel/index.ts'
import { instant } from '#app/kernel/index.ts'
import { createGrantDesk } from '../../access/grants/grant-desk.ts'
import type { GrantAsOf } from '../../access/grants/grant-desk.ts'
import type { AuditAgent, Store } from '../../store/contract.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import type { ConsoleGrant, grantCalls } from '../protocol/grants.ts'
import { placesOf } from './places.ts'
import type { Place } from './places.ts'

export function grantHandlers({
  store,
  clock,
}: ConsoleParts): Pick<ConsoleHandlers, keyof typeof grantCalls> {
  const desk = createGrantDesk(store, clock)
  const described = async (one: GrantAsOf, { actor }: AuditAgent) =>
    describe(one, actor, await namesOf(store))
  return {
    grants: async ({ asOf }, { by: { actor } }) => {
      const names = await namesOf(store)
      const found = await desk.grants(asOf ?? undefined)
      return { asOf: asOf ?? instant(clock), grants: found.map((one) => describe(one, actor, names)) }
    },
    'grant-choices': async () => {
      const users = (await store.access.users()).map(({ id, name, login }) => ({ id, name, login }))
      return { users, places: [...(await store.snapshot(placesOf)), ...users.map(personOf)] }
    },
    'propose-grant': async ({ reason, ...wanted }, { by }) =>
      described(await desk.propose(by, wanted, reason), by),
    'approve-grant': async ({ id }, { by }) => described(await desk.approve(by, id), by),
    'end-grant': async ({ id, reason }, { by }) => described(await desk.end(by, id, reason), by),
  }
}

async function namesOf(store: Store): Promise<ReadonlyMap<Id, string>> {
  return new Map((await store.access.users()).map(({ id, name }) => [id, name]))
}

function describe(
  { grant, record, state }: GrantAsOf,
  you: AuditAgent['actor'],
  names: ReadonlyMap<Id, string>,
): ConsoleGrant {
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
    byYou: record?.proposed.by === you,
    forYou: grant.userId === you,
  }
}

/** What is assigned to somebody by name. */
function personOf({ id, name }: { readonly id: Id; readonly name: string }): Place {
  return { scope: `person:${id}`, name: `Assigned to ${name}` }
}
