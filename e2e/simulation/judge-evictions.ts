import { setTimeout as pause } from 'node:timers/promises'
import type { SimulatedClient } from './client.ts'
import type { ServerGroup } from './server-group.ts'

const ATTEMPTS = 100
const BREATH = 100

/**
 * Every device in use has given its receipt for all that was taken off it; and of what it has given one for, no page of its
 * disk holds anything.
 */
export async function evictionsAgainst(
  clients: readonly SimulatedClient[],
  servers: Pick<ServerGroup, 'admin'>,
): Promise<readonly string[]> {
  const findings: string[] = []
  for (const { client, outstanding } of await outstandingOf(clients, servers)) {
    if (outstanding > 0) findings.push(`${nameOf(client)} has given no receipt for ${outstanding} records`)
  }
  for (const client of clients) {
    for (const { id, pages } of await client.evicted()) {
      if (pages > 0)
        findings.push(`${nameOf(client)} has given its receipt for ${id}, and holds it on ${pages} pages`)
    }
  }
  return findings
}

/** Receipts come behind everything else: they are waited for. */
async function outstandingOf(clients: readonly SimulatedClient[], servers: Pick<ServerGroup, 'admin'>) {
  for (let attempt = 0; ; attempt += 1) {
    const { devices } = await servers.admin('devices', {})
    const counts = new Map(devices.map(({ id, evictions }) => [id, evictions.outstanding]))
    const each = clients.map((client) => ({ client, outstanding: counts.get(client.deviceId() ?? '') ?? 0 }))
    if (attempt === ATTEMPTS || each.every(({ outstanding }) => outstanding === 0)) return each
    await pause(BREATH)
  }
}

function nameOf({ name, login }: SimulatedClient): string {
  return `${name} (${login})`
}
