import { setImmediate as breathe } from 'node:timers/promises'
import { sql } from 'kysely'
import type { InboxFilter, InboxFindings, InboxSearch, InboxSummary } from '../contract.ts'
import type { Executor } from '../dialects/dialect.ts'
import { openSummary, summaryColumns } from './inbox-rows.ts'
import type { Port } from '../port.ts'

// Finding messages. SQL sees feed, state, cause and order; type and control id are sealed, so entries are opened a page
// at a time, and the caller is told how far one search has come.

const PAGE = 500
/** Entries that one search opens at most: some tens of milliseconds. */
const MOST_OPENED = 10_000

export function inboxSearch({ vault, reader }: Pick<Port, 'vault' | 'reader'>) {
  async function list(filter: InboxFilter, least = 0): Promise<readonly InboxSummary[]> {
    let query = (await reader())
      .selectFrom('inbox')
      .select(summaryColumns)
      .orderBy('sequence', 'desc')
      .limit(filter.limit)
    if (least > 0) query = query.where('sequence', '>=', least)
    if (filter.feedId !== undefined) query = query.where('feed_id', '=', filter.feedId)
    if (filter.state !== undefined) query = query.where('state', '=', filter.state)
    if (filter.state === 'dead' || filter.state === 'parked') query = query.where(isWaiting)
    if (filter.code !== undefined) query = query.where('code', '=', filter.code)
    if (filter.before !== undefined) query = query.where('sequence', '<', filter.before)
    return (await query.execute()).map((row) => openSummary(vault, row))
  }

  async function search(wanted: InboxSearch): Promise<InboxFindings> {
    const executor = await reader()
    const least = wanted.from === undefined ? 0 : await firstSince(executor, wanted.from)
    const end = wanted.until === undefined ? Infinity : await firstSince(executor, wanted.until)
    const found: InboxSummary[] = []
    let before = Math.min(wanted.before ?? Infinity, end)
    for (let opened = 0; opened < MOST_OPENED; opened += PAGE) {
      const limit = isOpenedToTell(wanted) ? PAGE : wanted.limit
      const below = before === Infinity ? {} : { before }
      const page = await list({ ...wanted, ...below, limit }, least)
      for (const summary of page) {
        before = summary.sequence
        if (fits(summary, wanted)) found.push(summary)
        if (found.length === wanted.limit) return { found, goOnBefore: before }
      }
      if (page.length < limit) return { found, goOnBefore: null }
      await breathe()
    }
    return { found, goOnBefore: before }
  }

  return { list: (filter: InboxFilter) => list(filter), search }
}

/** In these words, so that the database finds the few that wait by their own index. */
const isWaiting = sql<boolean>`state in ('parked', 'dead')`

function isOpenedToTell({ messageType, controlId }: InboxSearch): boolean {
  return messageType !== undefined || controlId !== undefined
}

function fits(summary: InboxSummary, { messageType, controlId }: InboxSearch): boolean {
  const [type] = summary.messageType.split('^')
  const typeFits = messageType === undefined || messageType === summary.messageType || messageType === type
  return typeFits && (controlId === undefined || controlId === summary.key?.controlId)
}

/**
 * The lowest number that was received at an instant or later; one above the last where there is none. Numbers are given
 * in the order of receipt but for milliseconds, so halving finds it without an index over times.
 */
async function firstSince(executor: Executor, instant: string): Promise<number> {
  const ends = await executor
    .selectFrom('inbox')
    .select((row) => [row.fn.min('sequence').as('first'), row.fn.max('sequence').as('last')])
    .executeTakeFirst()
  let low = ends?.first ?? 1
  let high = (ends?.last ?? 0) + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const at = await executor
      .selectFrom('inbox')
      .select(['sequence', 'received_at'])
      .where('sequence', '>=', middle)
      .orderBy('sequence')
      .limit(1)
      .executeTakeFirst()
    if (at === undefined || at.received_at >= instant) high = middle
    else low = at.sequence + 1
  }
  return low
}
