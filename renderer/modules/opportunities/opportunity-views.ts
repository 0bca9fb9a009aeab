import { amountText } from '#renderer/ui/format/amount.ts'
import type { Stage } from '#app/modules/pipelines/index.ts'
import type { DataOfModule, ViewOfModule } from '#app/modules/index.ts'
import { sumByCurrency } from '#app/values/index.ts'

export type Opportunity = ViewOfModule<'opportunities'>

/** What closes first stands first; what has no day stands last. */
export function byClose(a: Opportunity, b: Opportunity): number {
  const [left, right] = [a.closeOn ?? '9999', b.closeOn ?? '9999']
  if (left === right) return a.created.at < b.created.at ? -1 : 1
  return left < right ? -1 : 1
}

/** The sum of amounts, by currency. */
export function sumText(rows: readonly Pick<Opportunity, 'amount'>[]): string {
  const amounts = rows.flatMap(({ amount }) => amount ?? [])
  return [...sumByCurrency(amounts).values()].map((money) => amountText(money)).join(' + ')
}

/** What changes with the stage. Going back from lost takes the reason with it. */
export function stageChange(
  stage: Stage,
  pipelineId: string,
  today: string,
): Partial<DataOfModule<'opportunities'>> {
  const back = stage.kind === 'lost' ? {} : { lostReason: null, lostNote: null }
  return { stageId: stage.id, pipelineId, stageSince: today, ...back }
}
