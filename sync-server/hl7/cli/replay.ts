import { systemClock } from '#app/kernel/index.ts'
import type { ServerConfig } from '../../config.ts'
import { openConfiguredStore } from '../../configured-store.ts'
import { residencyOf } from '../../privacy/residency/residency.ts'
import type { Residency } from '../../privacy/residency/residency.ts'
import { createWriteDoor } from '../../replication/write-door.ts'
import type { InboxSummary, Store } from '../../store/index.ts'
import { openFeedBook } from '../feed-book.ts'
import { startApplier } from '../inbox/applying/applier.ts'
import { MEMORY_DAYS } from '../inbox/applying/batch.ts'
import { cutOffIn } from '../inbox/start-inbox.ts'
import { openArrivals } from '../inbox/arrivals.ts'
import { createDeadLetters } from '../inbox/desk/dead-letters.ts'
import type { DeadLetters } from '../inbox/desk/dead-letters.ts'
import type { DryRun } from '../inbox/desk/dry-run.ts'
import type { Output } from './output.ts'

type How = { readonly dryRun: boolean; readonly forced: boolean }

/**
 * Replays on the server's own data, without its listener. A SQLite file belongs to one process: stop the server first, or
 * use its console. Prints numbers, states and fields, never a value. Throws `server.data-in-use`.
 */
export async function replayMessages(
  config: Pick<ServerConfig, 'dataFolder' | 'databaseUrl' | 'masterKey' | 'keyFile' | 'regions'>,
  which: readonly number[] | 'dead' | 'parked',
  how: How,
  output: Output,
): Promise<number> {
  const store = await openConfiguredStore(config)
  try {
    return await replayIn(store, which, { ...how, residency: residencyOf(store, config.regions) }, output)
  } finally {
    await store.close()
  }
}

async function replayIn(
  store: Store,
  which: readonly number[] | 'dead' | 'parked',
  { dryRun, forced, residency }: How & { readonly residency: Residency },
  output: Output,
): Promise<number> {
  const identity = await store.identity()
  if (identity === null) {
    output.write('There is no organisation in this data folder.\n')
    return 1
  }
  const clock = systemClock
  const onFault = (fault: unknown): void =>
    output.write(`${fault instanceof Error ? fault.name : 'a fault'} while a message was applied\n`)
  const door = createWriteDoor({ store, clock, residency, onFault })
  const parts = {
    store,
    door,
    clock,
    orgId: identity.organisation.id,
    feeds: await openFeedBook(store, onFault),
  }
  if (dryRun) {
    const letters = createDeadLetters({ ...parts, applier: { wake: () => {} } })
    for (const number of await numbersOf(letters, which)) await tryOut(letters, number, output)
    return 0
  }
  const applier = startApplier({
    ...parts,
    arrivals: openArrivals(),
    memoryDays: MEMORY_DAYS,
    cutOff: await cutOffIn(store),
    onEnd: () => {},
    onFault,
  })
  try {
    const letters = createDeadLetters({ ...parts, applier })
    const numbers = await numbersOf(letters, which)
    const reopened: number[] = []
    for (const number of numbers) if (await letters.replay(number, { forced })) reopened.push(number)
    await applier.idle()
    for (const number of numbers) {
      if (!reopened.includes(number)) output.write(`${number}: nothing to replay\n`)
      else output.write(`${number}: ${inWords((await letters.view(number))?.summary ?? null)}\n`)
    }
    return reopened.length === numbers.length ? 0 : 1
  } finally {
    await applier.close()
  }
}

const PAGE = 1_000

/** Oldest first, as they came in. */
async function numbersOf(
  { list }: Pick<DeadLetters, 'list'>,
  which: readonly number[] | 'dead' | 'parked',
): Promise<readonly number[]> {
  if (typeof which !== 'string') return which
  const found: number[] = []
  for (;;) {
    const before = found.at(-1)
    const page = await list({ state: which, limit: PAGE, ...(before === undefined ? {} : { before }) })
    found.push(...page.map(({ sequence }) => sequence))
    if (page.length < PAGE) return found.toReversed()
  }
}

function inWords(summary: InboxSummary | null): string {
  if (summary === null) return 'gone'
  const { place, why } = summary.facts
  return [summary.state, summary.code, place, why]
    .filter((part) => part !== null && part !== undefined)
    .join(' ')
}

async function tryOut(
  { dryRun }: Pick<DeadLetters, 'dryRun'>,
  number: number,
  output: Output,
): Promise<void> {
  const would = await dryRun(number)
  if (!would.ok) {
    output.write(`${number}: would not be taken in: ${would.error.code}\n`)
    return
  }
  const { ending, changes } = would.value
  output.write(
    `${number}: would be ${ending.outcome}${ending.code === undefined ? '' : ` (${ending.code})`}\n`,
  )
  for (const change of changes) output.write(`  ${linesOf(change)}\n`)
}

function linesOf({ module, id, outcome, fields }: DryRun['changes'][number]): string {
  const names = fields.map(({ field, waits }) => (waits ? `${field} (to the ledger)` : field))
  return `${module} ${id} ${outcome}${names.length === 0 ? '' : `: ${names.join(', ')}`}`
}
