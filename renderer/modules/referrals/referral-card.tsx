import { Text } from '@mantine/core'
import { conceptText } from '#app/values/index.ts'
import type { Lookup } from '#renderer/ui/fields/field-view.ts'
import { professionalText } from '#renderer/ui/fields/professional-field.tsx'
import { shortDayText } from '#renderer/ui/format/when.ts'
import { StateBadge } from '#renderer/ui/record/state-badge.tsx'
import { priorityText } from './priority-text.ts'
import classes from './referral-card.module.css'
import type { Referral } from './referral-views.ts'

type ReferralCardProps = { readonly view: Referral; readonly lookup: Lookup; readonly today: string }

/** Who, for what, from whom to whom, and how pressing it is. */
export function ReferralCard({ view, lookup, today }: ReferralCardProps) {
  const what = view.code ?? view.reason
  const late = view.dueOn !== null && view.dueOn !== undefined && view.dueOn < today
  return (
    <>
      <Text size="sm" fw={600} truncate>
        {view.patientId === undefined ? '' : lookup('patients', view.patientId)}
      </Text>
      <Text size="sm" c="dimmed" lineClamp={2}>
        {what ? conceptText(what) : ''}
      </Text>
      <Text size="xs" c="dimmed" truncate>
        {wayOf(view, lookup)}
      </Text>
      <div className={classes['foot']}>
        {view.priority !== 'routine' && (
          <StateBadge code={view.priority} text={priorityText(view.priority)} />
        )}
        {view.dueOn && (
          <span className={classes['due']} data-late={late}>
            due {shortDayText(view.dueOn, today)}
          </span>
        )}
      </div>
    </>
  )
}

/** `from Dr. Osei` of one who comes to us, `to Dr. Silva` of one whom we send. */
function wayOf({ direction, requester, performer }: Referral, lookup: Lookup): string {
  const who = direction === 'out' ? performer : requester
  const name = who ? professionalText(who, lookup) : ''
  return name === '' ? '' : `${direction === 'out' ? 'to' : 'from'} ${name}`
}
