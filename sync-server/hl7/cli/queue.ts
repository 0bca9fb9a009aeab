import { instant, systemClock } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { agreementInForce } from '../../access/agreements/in-force.ts'
import type { ServerConfig } from '../../config.ts'
import { openConfiguredStore } from '../../configured-store.ts'
import type {
  DestinationKey,
  DestinationState,
  OutgoingKind,
  OutgoingSummary,
  Store,
} from '../../store/index.ts'
import { feedOf } from '../feed-config.ts'
import type { Feed } from '../feed-config.ts'
import type { Output } from './output.ts'

/** What is asked of the queue: to be shown, or changed by the numbers of messages or the name of a feed. */
export type QueueQuestion =
  | { readonly what: 'show' }
  | { readonly what: 'retry' | 'drop'; readonly numbers: readonly number[] }
  | { readonly what: 'pause' | 'resume'; readonly feed: string; readonly kind: OutgoingKind }

/** Null where the words make no sense. */
export function queueQuestion([what = 'show', ...rest]: readonly string[]): QueueQuestion | null {
  if (what === 'show' && rest.length === 0) return { what }
  const [feed, kind, ...more] = rest
  if ((what === 'pause' || what === 'resume') && feed !== undefined && more.length === 0) {
    if (kind === undefined) return { what, feed, kind: 'message' }
    return kind === 'acknowledgements' ? { what, feed, kind: 'acknowledgement' } : null
  }
  if (what !== 'retry' && what !== 'drop') return null
  const areNumbers = rest.length > 0 && rest.every((number) => /^\d{1,15}$/.test(number))
  return areNumbers ? { what, numbers: rest.map(Number) } : null
}

/**
 * The queue of what is sent to other systems, on the server's own data. A SQLite file belongs to one process: stop the
 * server first. Prints numbers, types and states, never whom a message is about. Throws `server.data-in-use`.
 */
export async function askQueue(
  config: Pick<ServerConfig, 'dataFolder' | 'databaseUrl' | 'masterKey' | 'keyFile'>,
  question: QueueQuestion,
  output: Output,
): Promise<number> {
  const store = await openConfiguredStore(config)
  try {
    if ((await store.identity()) === null) {
      output.write('There is no organisation in this data folder.\n')
      return 1
    }
    if (question.what === 'show') return await show(store, output)
    if ('numbers' in question) return await settle(store, question.what, question.numbers, output)
    return await setPace(store, question, output)
  } finally {
    await store.close()
  }
}

/** What is open, oldest first: it is what somebody may have to do something about. */
const MOST_SHOWN = 100

async function show(store: Store, output: Output): Promise<number> {
  const { outbox } = store
  const feeds = new Map((await store.feeds.list()).map((feed) => [feed.id, feedOf(feed)]))
  const standing = await outbox.destinations()
  const counts = await outbox.counts()
  const known = new Map([...counts, ...standing].map((one) => [keyOf(one), one]))
  for (const [key, { feedId, kind }] of known) {
    const own = counts.filter((one) => keyOf(one) === key)
    const numbers = own.map(({ state, count }) => `${count} ${state}`).join(', ')
    const feed = feeds.get(feedId)
    const agreed = kind === 'message' ? await agreementInWords(store, feed) : ''
    const words = [numbers, agreed, inWords(standing.find((one) => keyOf(one) === key))]
    output.write(`${nameOf(feed?.name ?? feedId, kind)}: ${words.filter(Boolean).join('; ')}\n`)
  }
  for (const state of ['refused', 'waiting'] as const) {
    const open = await outbox.list({ state, limit: MOST_SHOWN })
    for (const one of open.toReversed()) output.write(`  ${lineOf(one)}\n`)
  }
  return 0
}

function keyOf({ feedId, kind }: DestinationKey): string {
  return `${feedId} ${kind}`
}

function nameOf(feed: string, kind: OutgoingKind): string {
  return kind === 'message' ? feed : `${feed}, acknowledgements`
}

async function agreementInWords(store: Store, feed: Feed | undefined): Promise<string> {
  const send = feed?.settings.send ?? null
  if (send === null) return ''
  const agreement = await agreementInForce(store, send.agreementId, instant(systemClock))
  return agreement === null ? 'hl7.destination-agreement' : ''
}

function inWords(standing: DestinationState | undefined): string {
  if (standing === undefined) return ''
  if (standing.pausedAt !== null) return `paused since ${standing.pausedAt}`
  return standing.code === null
    ? ''
    : `${standing.code}, ${standing.failures} times, last ${standing.triedAt}`
}

function lineOf({ sequence, messageType, state, attempts, at, code, facts }: OutgoingSummary): string {
  const why = code === null ? [] : [code, facts['answer'], facts['condition']]
  return [sequence, messageType, state, `sent ${attempts} times`, at, ...why]
    .filter((part) => part !== undefined)
    .join(' ')
}

async function settle(
  { outbox }: Store,
  what: 'retry' | 'drop',
  numbers: readonly number[],
  output: Output,
): Promise<number> {
  let done = 0
  for (const number of numbers) {
    const isDone =
      what === 'retry' ? await outbox.retry(number) : await outbox.drop(number, instant(systemClock))
    output.write(`${number}: ${isDone ? (what === 'retry' ? 'waits again' : 'dropped') : 'nothing to do'}\n`)
    if (isDone) done += 1
  }
  return done === numbers.length ? 0 : 1
}

async function setPace(
  { outbox, feeds }: Store,
  { what, feed, kind }: Extract<QueueQuestion, { readonly kind: OutgoingKind }>,
  output: Output,
): Promise<number> {
  const id: Id | undefined = (await feeds.list()).find((one) => one.name === feed || one.id === feed)?.id
  if (id === undefined) {
    output.write(`There is no feed ${feed}.\n`)
    return 1
  }
  await outbox.pause({ feedId: id, kind }, what === 'pause' ? instant(systemClock) : null)
  output.write(`${nameOf(feed, kind)}: ${what === 'pause' ? 'paused' : 'goes on'}\n`)
  return 0
}
