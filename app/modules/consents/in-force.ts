import type { ViewOf } from '../../kernel/index.ts'
import { covers } from '../../values/index.ts'
import type { consentFields } from './schema.ts'

export type Consent = ViewOf<typeof consentFields>

/** Whether a consent is in force at a moment: active, and within its dates. */
export function isInForce(view: Pick<Consent, 'status' | 'period' | 'removedAt'>, moment: string): boolean {
  return view.removedAt === null && view.status === 'active' && covers(view.period, moment)
}
