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
import type { ConsoleCaller } from '../signing-in/console-sessions.ts'
import { writeDown } from '../write-down.ts'

export function erasureHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, keyof typeof erasureCalls> {
  const { store, clock } = parts
  const desk = createErasureDesk({ ...parts, ledger: parts.erasureLedger })
  const erasure = async (one: Filed<Erasure>, { user }: ConsoleCaller) =>
    describeErasure(one, user, await namesOf(store))
  const hold = async (one: Filed<Hold>) => describeHold(one, await namesOf(store))
  return {
    'retention-papers': async (_, caller) => {
      const [held, asked] = [await holds.all(store.access), await erasures.all(store.access)]
      const ids = [...new Set([...held, ...asked].map(({ about }) => about))]
      await writeDown(parts, caller, { action: 'read-retention', ids })
      const name = await namesOf(store)
      return {
        holds: held.map((one) => describeHold(one, name)),
        erasures: asked.map((one) => describeErasure(one, caller.user, name)),
      }
    },
    'retention-due': async ({ years, after }, caller) => {
      const now = instant(clock)
      const { due, next } = await dueSince(store, `${Number(now.slice(0, 4)) - years}${now.slice(4)}`, after)
      const ids = due.map(({ patientId }) => patientId)
      await writeDown(parts, caller, { action: 'read-retention', ids })
      return { due: [...due], next }
    },
    'propose-erasure': async ({ patientId, ground, words }, caller) =>
      erasure(await desk.propose(caller.by, patientId, ground, words), caller),
    'approve-erasure': async ({ id }, caller) => erasure(await desk.decide(caller.by, id, true), caller),
    'decline-erasure': async ({ id }, caller) => erasure(await desk.decide(caller.by, id, false), caller),
    'place-hold': async ({ patientId, words }, { by }) => hold(await desk.hold(by, patientId, words)),
    'release-hold': async ({ id, words }, { by }) => hold(await desk.release(by, id, words)),
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
