import { setImmediate as breathe } from 'node:timers/promises'
import { instant } from '#app/kernel/index.ts'
import type { Clock, Id } from '#app/kernel/index.ts'
import { indexed } from '../../replication/identifiers.ts'
import type { InboxEntry, Store } from '../../store/contract.ts'
import { feedOf } from '../feed-config.ts'
import type { Feed } from '../feed-config.ts'
import { parseMessage } from '../parse/message.ts'
import { candidatesOf } from './identity/candidates.ts'
import { decisionIn } from './identity/identity.ts'
import { numbersOf } from './identity/numbers.ts'
import { subjectsOf } from './identity/subjects.ts'

// A patient who is erased goes from the messages, too, as they came. The numbers of a patient are found by walking the
// inbox, since it is sealed; what is open is left, for it is applied as of now.

const PAGE = 200

type Parts = { readonly store: Pick<Store, 'feeds' | 'inbox' | 'snapshot'>; readonly clock: Clock }

/**
 * Takes away the content of every message about one of these patients. To be called while they are still there: it is by
 * their numbers that messages are found. Answers how many messages there were.
 */
export async function eraseMessages(parts: Parts, patientIds: readonly Id[]): Promise<number> {
  const { store, clock } = parts
  const about = await tellerOf(parts, patientIds)
  let [after, erased] = [0, 0]
  for (;;) {
    const page = await store.inbox.closedAfter(after, PAGE)
    const found: number[] = []
    for (const entry of page) if (await about(entry)) found.push(entry.sequence)
    erased += await store.inbox.eraseContent(found, instant(clock))
    if (page.length < PAGE) return erased
    after = page.at(-1)?.sequence ?? after
    await breathe()
  }
}

/** Tells whether a message is about one of the patients. */
async function tellerOf(
  parts: Parts,
  patientIds: readonly Id[],
): Promise<(entry: InboxEntry) => Promise<boolean>> {
  const { store } = parts
  const wanted = new Set(patientIds)
  const feeds = new Map((await store.feeds.list()).map((feed) => [feed.id, feedOf(feed)]))
  const patients = await store.snapshot((read) => read.documents('patients', [...wanted]))
  const numbers = patients.flatMap(({ body }) => numbersOf(body.doc))
  const values = new Set(numbers.map(({ value }) => value))
  const subjects = new Set(
    numbers.flatMap((number) => indexed(number) ?? []).map(({ value, authority }) => `${value}|${authority}`),
  )

  return async ({ feedId, raw, facts }) => {
    const { patientId } = decisionIn(facts)
    if (patientId !== undefined && wanted.has(patientId)) return true
    const feed = feeds.get(feedId)
    const parsed = parseMessage(Buffer.from(raw), () => feed?.settings.charset ?? null)
    if (!parsed.ok || feed === undefined) return false
    const named = subjectsOf(parsed.value, feed.settings)
    if (!named.some((subject) => values.has(valueOf(subject)))) return false
    if (named.some((subject) => subjects.has(subject))) return true
    // The same number, of another authority as it is written: the feed may know it by another name.
    return namesOneOf(parsed.value, feed)
  }

  async function namesOneOf(message: Parameters<typeof candidatesOf>[1], feed: Feed): Promise<boolean> {
    const candidates = await candidatesOf(parts, message, feed)
    return candidates.some(({ patient }) => wanted.has(patient.id))
  }
}

/** Of a subject, `value|authority`; a value may hold a bar, an authority does not. */
function valueOf(subject: string): string {
  return subject.slice(0, subject.lastIndexOf('|'))
}
