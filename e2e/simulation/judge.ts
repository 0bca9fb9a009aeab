import { setTimeout as pause } from 'node:timers/promises'
import { differences, lostEdits } from './checks.ts'
import type { Record } from './client.ts'
import type { Scene } from './disturb.ts'
import type { ReplicaContent } from './journal.ts'
import { evictionsAgainst } from './judge-evictions.ts'
import { lostFiles, mayLackFor, wrongFiles } from './judge-files.ts'
import { lossesOf } from './judge-restored.ts'
import { serverView } from './reference.ts'
import type { ServerView } from './reference.ts'

export type Verdict = {
  readonly findings: readonly string[]
  readonly documents: number
  readonly conflicts: number
  readonly refused: number
}

const INBOX_ATTEMPTS = 200
const BREATH = 100

/**
 * Nothing disturbs any more: every message is mapped, every replica opened and settled. Twice, since what one device
 * pushed at the end of the first round others pull in the second.
 */
export async function settleAll({ laptops, servers }: Scene): Promise<void> {
  for (let attempt = 0; ; attempt += 1) {
    const { inbox } = await servers.admin('overview', {})
    if ((inbox.open ?? 0) === 0) break
    if (attempt === INBOX_ATTEMPTS) throw new Error('the inbox did not come to its end')
    await pause(BREATH)
  }
  await Promise.all(laptops.map((laptop) => laptop.openAll()))
  for (let round = 0; round < 2; round += 1) {
    await Promise.all(
      laptops.flatMap((laptop) =>
        laptop.seats().map(async (client) => {
          if (laptop.isTurnedAway(client)) await client.isStopped()
          else if (!laptop.isOut(client)) await client.settle()
        }),
      ),
    )
  }
}

/** Compares every replica with what the server shows its user, and looks for every acknowledged edit. */
export async function judge({ laptops, servers, people, backups }: Scene, record: Record): Promise<Verdict> {
  const seats = laptops.flatMap((laptop) =>
    laptop.seats().map((client) => ({
      client,
      isOut: laptop.isOut(client),
    })),
  )
  const [url = ''] = servers.urls
  const references = new Map<string, ServerView>()
  for (const login of new Set([...seats.map(({ client }) => client.login), 'sofia'])) {
    references.set(login, await serverView(login, url))
  }
  const findings: string[] = [...record.found]
  const contents: ReplicaContent[] = [...references.values()]
  const inUse = seats.flatMap(({ client, isOut }) => (isOut ? [] : [client]))
  findings.push(...(await evictionsAgainst(inUse, servers)))
  for (const { client, isOut } of seats) {
    const reference = references.get(client.login)
    if (reference === undefined) throw new Error('nobody asked the server for this user')
    const content = await client.content(reference.removed)
    contents.push(content)
    // A device that is shut out keeps what it had; nobody else's is compared with what the server would show it.
    if (isOut) continue
    findings.push(...differences(content, reference).map((found) => `${client.name}: ${found}`))
    findings.push(...(await wrongFiles(client, await client.files(), reference)))
  }
  const out = new Set(seats.flatMap(({ client, isOut }) => (isOut ? [client.name] : [])))
  const losses = lossesOf(backups.restorations, { references, out, lost: people.lostSoFar() })
  findings.push(...lostEdits(record.acknowledged, [...record.intended], contents, losses.isExcused))
  for (const view of references.values()) {
    findings.push(...(await lostFiles(record.attached, view, mayLackFor(out, losses))))
  }
  const { brokenAt } = await servers.admin('verify-audit', {})
  if (brokenAt !== null) findings.push(`the audit chain is broken at entry ${brokenAt}`)
  const shown = new Map(contents.flatMap(({ documents }) => [...documents]))
  return {
    findings,
    documents: shown.size,
    conflicts: [...shown.values()].filter((text) => text.includes('"losing":')).length,
    refused: contents.reduce((sum, { quarantine }) => sum + quarantine.length, 0),
  }
}
