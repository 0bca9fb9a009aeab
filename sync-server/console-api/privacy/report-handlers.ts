import { instant, newId } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { disclosuresOf } from '../../privacy/accounting.ts'
import { activityIn, activityReviews, nameRows } from '../../privacy/activity-reviews.ts'
import type { ActivityReview } from '../../privacy/activity-reviews.ts'
import type { Filed } from '../../privacy/drawer.ts'
import type { ConsoleHandlers, ConsoleParts } from '../console-api.ts'
import { namesOf } from '../people/people.ts'
import type { reportCalls, SignedReview } from '../protocol/privacy/report-calls.ts'

export function reportHandlers({
  store,
  clock,
}: ConsoleParts): Pick<ConsoleHandlers, keyof typeof reportCalls> {
  const audited = (actor: Id, action: string, ids: readonly Id[], purpose: string) =>
    store.audit.append({ at: instant(clock), actor, action, ids, purpose })
  return {
    activity: async (period, { user }) => {
      const { entries, rows } = await activityIn(store, period)
      await audited(user, 'read-activity', [], 'console')
      return { ...period, entries, rows: nameRows(rows, await namesOf(store)) }
    },
    'activity-reviews': async () => {
      const name = await namesOf(store)
      return { reviews: (await activityReviews.all(store.access)).map((one) => describe(one, name)) }
    },
    'sign-activity-review': async ({ words, followUp, ...period }, { user, subject }) => {
      const at = instant(clock)
      const { entries, rows } = await activityIn(store, period)
      const content = { ...period, entries, rows: nameRows(rows, (id) => id), words, followUp, by: user }
      const review = { id: newId(), about: subject.orgId, at, content }
      await store.transaction(async (tx) => {
        await activityReviews.file(tx.access, review)
        const entry = {
          at,
          actor: user,
          action: 'sign-activity-review',
          ids: [review.id],
          purpose: 'console',
        }
        tx.stage({ type: 'audit', ...entry, facts: { ...period, entries, followUp } })
      })
      return describe(review, await namesOf(store))
    },
    accounting: async ({ patientId }, { user, purpose }) => {
      const at = instant(clock)
      const disclosed = await disclosuresOf(store, patientId, at)
      await audited(user, 'read-accounting', [patientId], purpose ?? 'console')
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
