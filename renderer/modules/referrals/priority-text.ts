import { labelOf } from '#app/modules/shared/labels.ts'
import { priorityLabels } from '../shared/priority-labels.ts'
import type { Referral } from './referral-views.ts'

export function priorityText(priority: Referral['priority']): string {
  return priority === 'asap' || priority === 'stat' ? priorityLabels[priority] : labelOf(priority)
}
