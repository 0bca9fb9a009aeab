import type { Store, StoredUser } from '../../store/contract.ts'
import type { ConsoleAnswer } from '../protocol/console.ts'

/** A user as the console shows one. */
export async function describeUser(store: Store, user: StoredUser): Promise<ConsoleAnswer<'disable-user'>> {
  const { id, login, name, createdAt, disabledAt, passwordHash } = user
  const hasPassword = passwordHash !== null
  const isLinked = (await store.access.identityOf(id)) !== null
  return {
    id,
    login,
    name,
    createdAt,
    disabledAt,
    hasPassword,
    isLinked,
    grants: [...(await store.access.grants(id))],
  }
}
