import type { ViewOfModule } from '#app/modules/index.ts'

type View = Pick<ViewOfModule<'cases'>, 'status' | 'dueOn' | 'priority' | 'created'>

export function isOpenCase({ status }: Pick<View, 'status'>): boolean {
  return status !== 'resolved' && status !== 'closed'
}

const weights = { urgent: 0, high: 1, normal: 2, low: 3 } as const

/** What is due first, then what is more urgent, then what waits longest. */
export function byUrgency(a: View, b: View): number {
  const [left, right] = [a.dueOn ?? '9999', b.dueOn ?? '9999']
  if (left !== right) return left < right ? -1 : 1
  const difference = weights[a.priority ?? 'normal'] - weights[b.priority ?? 'normal']
  if (difference !== 0) return difference
  return a.created.at < b.created.at ? -1 : 1
}
