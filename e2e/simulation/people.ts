import type { Grant } from '#app/access/index.ts'
import { newId } from '#app/kernel/index.ts'
import type { Scope } from '#app/kernel/index.ts'
import type { User } from '#app/protocol/index.ts'
import type { SyntheticOrganisation } from '#sync-server/seed/index.ts'
import type { Random } from '#sync-server/seed/random.ts'
import type { ServerOrder } from './orders.ts'

/** A place where somebody does not work any more. */
export type Lost = { readonly login: string; readonly scope: Scope }

/** Who works where, and how that changes: people are moved, help out elsewhere, and come back. */
export class People {
  readonly #users: readonly User[]
  readonly #places: readonly (readonly Scope[])[]
  readonly #held = new Map<string, readonly Grant[]>()
  readonly #lost: Lost[] = []
  /** As they were last given, ended or not. */
  readonly #changed = new Map<string, Grant>()

  constructor({ users, sites, territories }: SyntheticOrganisation) {
    this.#users = users
    this.#places = [
      sites.map(({ id }): Scope => `site:${id}`),
      territories.map(({ id }): Scope => `territory:${id}`),
    ]
    for (const { login, grants } of users) this.#held.set(login, grants)
  }

  id(login: string): User['id'] {
    const user = this.#users.find((one) => one.login === login)
    if (user === undefined) throw new Error(`there is no ${login}`)
    return user.id
  }

  /** Null for who works everywhere. */
  move(login: string, random: Random): ServerOrder | null {
    const held = this.#held.get(login) ?? []
    const places = this.#places.find((some) => held.some(({ scope }) => some.includes(scope)))
    if (places === undefined) return null
    const here = held.filter(({ scope }) => places.includes(scope))
    const [first] = here
    if (first === undefined) return null
    const elsewhere = places.find((scope) => !here.some((grant) => grant.scope === scope))
    const gained = elsewhere === undefined ? [] : [{ ...first, id: newId(), scope: elsewhere }]
    // Of two places one is given up; of one, it is left for the other, or kept beside it.
    const lost = elsewhere === undefined ? [random.pick(here)] : random.chance(0.6) ? here : []
    this.#held.set(login, [...held.filter((grant) => !lost.includes(grant)), ...gained])
    this.#lost.push(...lost.map(({ scope }) => ({ login, scope })))
    const until = new Date().toISOString()
    const grants = [...lost.map((grant) => ({ ...grant, until })), ...gained]
    for (const grant of grants) this.#changed.set(grant.id, grant)
    return { type: 'move', grants }
  }

  /** Who has lost which place, in that order. */
  lostSoFar(): readonly Lost[] {
    return this.#lost
  }

  /** All that was ever changed, for a server that has lost it. */
  movesSoFar(): ServerOrder {
    return { type: 'move', grants: [...this.#changed.values()] }
  }
}
