import type { Condition, FirstRule } from '../../kernel/index.ts'

// What people need before everything else, where modules are alike.

export const everything: Condition = { is: 'all', of: [] }

/** All of it: names that every screen shows. */
export const allFirst: readonly FirstRule[] = [{ when: everything }]

/** In one of these states. */
export function inState(states: readonly string[]): Condition {
  return { is: 'in', field: 'status', values: [...states] }
}
