import { useCallback } from 'react'
import { modules } from '#app/modules/index.ts'
import type { DataOfModule } from '#app/modules/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import { useReplica } from '#renderer/ui/data/replica-context.tsx'
import { notifyDone, notifyFault, notifyUndo } from '#renderer/ui/feedback/notify.tsx'
import { nextStates } from '#renderer/ui/fields/choice-field.tsx'
import type { Referral } from './referral-views.ts'

type Status = DataOfModule<'referrals'>['status']

/** Moves a referral on where its graph allows it, and says so where it does not. The step back is offered if there is one. */
export function useMoveReferral(): (view: Referral, status: Status) => Promise<void> {
  const replica = useReplica()
  return useCallback(
    async (view, status) => {
      const { status: before } = view
      if (before === undefined) return
      if (!leadsTo(before, status)) {
        notifyDone(`A referral that is ${said(before)} can not become ${said(status)}.`)
        return
      }
      try {
        await replica.update('referrals', view.id, { status }, { status: before })
        if (!leadsTo(status, before)) return notifyDone(`Now ${said(status)}`)
        notifyUndo(
          `Now ${said(status)}`,
          async () => void (await replica.update('referrals', view.id, { status: before }, { status })),
        )
      } catch (thrown) {
        notifyFault(thrown)
      }
    },
    [replica],
  )
}

function leadsTo(from: Status, to: Status): boolean {
  return nextStates(modules.referrals.fields.status, from).includes(to)
}

function said(status: Status): string {
  return labelOf(status).toLowerCase()
}
