import type { ViewOfModule } from '#app/modules/index.ts'
import { addDays } from '#app/values/index.ts'

export type Referral = ViewOfModule<'referrals'>
type Status = NonNullable<Referral['status']>

/** The columns of the board: the way of a referral from left to right, then what was declined. */
export const boardStatuses = ['sent', 'accepted', 'scheduled', 'seen', 'closed', 'declined'] as const

const over: ReadonlySet<Status | undefined> = new Set(['closed', 'declined', 'cancelled', 'entered-in-error'])

/** Whether the desk still has something to do with it. */
export function isOpenReferral({ status }: Pick<Referral, 'status'>): boolean {
  return !over.has(status)
}

/** How long what is over stays on the board. */
export const DAYS_ON_BOARD = 14

/** What the board shows: everything that is open, and what ended a short while ago. */
export function isOnBoard(view: Pick<Referral, 'status' | 'updated'>, today: string): boolean {
  return isOpenReferral(view) || view.updated.at.slice(0, 10) >= addDays(today, -DAYS_ON_BOARD)
}

const weights = { stat: 0, asap: 1, urgent: 2, routine: 3 } as const

/** The most urgent first, then what is due first, then what waits longest. */
export function byNeed(
  a: Pick<Referral, 'priority' | 'dueOn' | 'created'>,
  b: Pick<Referral, 'priority' | 'dueOn' | 'created'>,
): number {
  const difference = weights[a.priority ?? 'routine'] - weights[b.priority ?? 'routine']
  if (difference !== 0) return difference
  const [left, right] = [a.dueOn ?? '9999', b.dueOn ?? '9999']
  if (left !== right) return left < right ? -1 : 1
  return a.created.at < b.created.at ? -1 : 1
}
