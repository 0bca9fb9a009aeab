import { instant } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { createErasureDesk } from '../../privacy/erasure/erasure-desk.ts'
import { erasures, holds } from '../../privacy/erasure/erasure-papers.ts'
import type { Erasure, Hold } from '../../privacy/erasure/erasure-papers.ts'
import { dueSince } from '../../privacy/erasure/retention.ts'
import type { Filed } from '../../privacy/drawer.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import { namesOf } from '../people/people.ts'
import type { ConsoleErasure, ConsoleHold, erasureCalls } from '../protocol/privacy/erasure-calls.ts'

export function erasureHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, keyof typeof erasureCalls> {
  const { store, clock } = parts
  const desk = createErasureDesk({ ...parts, ledger: parts.erasureLedger })
  const erasure = async (one: Filed<Erasure>, user: Id) => describeErasure(one, user, await namesOf(store))
  const hold = async (one: Filed<Hold>) => describeHold(one, await namesOf(store))
  return {
    'retention-papers': async (_, { user, purpose }) => {
      const [held, asked] = [await holds.all(store.access), await erasures.all(store.access)]
      const ids = [...new Set([...held, ...asked].map(({ about }) => about))]
      const entry = { at: instant(clock), actor: user, action: 'read-retention', ids }
      await store.audit.append({ ...entry, purpose: purpose ?? 'console' })
      const name = await namesOf(store)
      return {
        holds: held.map((one) => describeHold(one, name)),
        erasures: asked.map((one) => describeErasure(one, user, name)),
      }
    },
    'retention-due': async ({ years, after }, { user, purpose }) => {
      const now = instant(clock)
      const { due, next } = await dueSince(store, `${Number(now.slice(0, 4)) - years}${now.slice(4)}`, after)
      const entry = {
        at: now,
        actor: user,
        action: 'read-retention',
        ids: due.map(({ patientId }) => patientId),
      }
      await store.audit.append({ ...entry, purpose: purpose ?? 'console' })
      return { due: [...due], next }
    },
    'propose-erasure': async ({ patientId, ground, words }, { user }) =>
      erasure(await desk.propose(user, patientId, ground, words), user),
    'approve-erasure': async ({ id }, { user }) => erasure(await desk.decide(user, id, true), user),
    'decline-erasure': async ({ id }, { user }) => erasure(await desk.decide(user, id, false), user),
    'place-hold': async ({ patientId, words }, { user }) => hold(await desk.hold(user, patientId, words)),
    'release-hold': async ({ id, words }, { user }) => hold(await desk.release(user, id, words)),
  }
}

function named<Signed extends { readonly by: Id }>(signed: Signed, name: (id: string) => string): Signed {
  return { ...signed, by: name(signed.by) }
}

function describeHold({ id, about, content }: Filed<Hold>, name: (id: string) => string): ConsoleHold {
  const { placed, released } = content
  return { id, patientId: about, placed: named(placed, name), released: released && named(released, name) }
}

function describeErasure(
  { id, about, content }: Filed<Erasure>,
  user: Id,
  name: (id: string) => string,
): ConsoleErasure {
  const { ground, proposed, decided, erased } = content
  return {
    id,
    patientId: about,
    ground,
    proposed: named(proposed, name),
    decided: decided && named(decided, name),
    erased,
    isOwn: proposed.by === user,
  }
}
