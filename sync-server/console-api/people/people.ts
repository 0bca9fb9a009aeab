import type { Store } from '../../store/contract.ts'

/** People, devices and feeds by name; an id that is nobody's stays as it is. */
export async function namesOf(store: Pick<Store, 'access' | 'feeds'>): Promise<(id: string) => string> {
  const [users, devices, feeds] = await Promise.all([
    store.access.users(),
    store.access.devices(),
    store.feeds.list(),
  ])
  const names = new Map([
    ...users.map(({ id, name }) => [id, name] as const),
    ...devices.map(({ id, label }) => [id, label] as const),
    ...feeds.map(({ id, name }) => [id, name] as const),
  ])
  return (id) => names.get(id) ?? id
}
