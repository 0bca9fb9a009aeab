import { instant, newId } from '#app/kernel/index.ts'
import { disclosuresOf } from '../../privacy/accounting.ts'
import { activityIn, activityReviews, nameRows } from '../../privacy/activity-reviews.ts'
import type { ActivityReview } from '../../privacy/activity-reviews.ts'
import type { Filed } from '../../privacy/drawer.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import { namesOf } from '../people/people.ts'
import type { reportCalls, SignedReview } from '../protocol/privacy/report-calls.ts'
import { writeDown } from '../write-down.ts'

export function reportHandlers(parts: ConsoleParts): Pick<ConsoleHandlers, keyof typeof reportCalls> {
  const { store, clock } = parts
  return {
    activity: async (period, caller) => {
      const { entries, rows } = await activityIn(store, period)
      await writeDown(parts, caller, { action: 'read-activity' })
      return { ...period, entries, rows: nameRows(rows, await namesOf(store)) }
    },
    'activity-reviews': async () => {
      const name = await namesOf(store)
      return { reviews: (await activityReviews.all(store.access)).map((one) => describe(one, name)) }
    },
    'sign-activity-review': async ({ words, followUp, ...period }, { user, by, subject }) => {
      const at = instant(clock)
      const { entries, rows } = await activityIn(store, period)
      const content = { ...period, entries, rows: nameRows(rows, (id) => id), words, followUp, by: user }
      const review = { id: newId(), about: subject.orgId, at, content }
      await store.transaction(async (tx) => {
        await activityReviews.file(tx.access, review)
        const entry = { at, ...by, action: 'sign-activity-review', ids: [review.id] }
        tx.stage({ type: 'audit', ...entry, facts: { ...period, entries, followUp } })
      })
      return describe(review, await namesOf(store))
    },
    accounting: async ({ patientId }, caller) => {
      const at = instant(clock)
      const disclosed = await disclosuresOf(store, patientId, at)
      await writeDown(parts, caller, { action: 'read-accounting', ids: [patientId] })
      const name = await namesOf(store)
      const named = disclosed.map((one) => ({
        ...one,
        what: [...one.what],
        recipient: name(one.recipient),
      }))
      return { patientId, at, disclosed: named }
    },
  }
}

function describe({ id, at, content }: Filed<ActivityReview>, name: (id: string) => string): SignedReview {
  const { from, until, entries, words, followUp, by } = content
  return { id, from, until, entries, words, followUp, by: name(by), at }
}
