import type { AccessStore } from '../../store/contract.ts'

/** Sessions that are remembered; whoever is forgotten is looked up once more. */
const MOST = 20_000

/**
 * Remembers what was looked up of sessions, users, devices and grants for as long as nothing of them changes: one number
 * in the database, moved by the commit of each change, says so. It is read every time, so that a change counts at once
 * on every process, and before the looking up, so that what is remembered is never older than the number.
 */
export function createRecognised<Who>(store: { readonly access: Pick<AccessStore, 'number'> }) {
  const known = new Map<string, Who>()
  let knownAt = -1
  return async (key: string, lookUp: () => Promise<Who>): Promise<Who> => {
    const number = await store.access.number()
    if (number !== knownAt) known.clear()
    knownAt = number
    const remembered = known.get(key)
    if (remembered !== undefined) return remembered
    const found = await lookUp()
    if (knownAt !== number) return found
    known.set(key, found)
    if (known.size > MOST) known.delete(known.keys().next().value ?? '')
    return found
  }
}
