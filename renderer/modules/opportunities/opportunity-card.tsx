import { amountText } from '#renderer/ui/format/amount.ts'
import { Text } from '@mantine/core'

import type { Lookup } from '#renderer/ui/fields/field-view.ts'
import { dateText } from '#renderer/ui/format/when.ts'
import type { Opportunity } from './opportunity-views.ts'
import classes from './opportunity-card.module.css'

type OpportunityCardProps = { readonly view: Opportunity; readonly lookup: Lookup }

export function OpportunityCard({ view, lookup }: OpportunityCardProps) {
  const owner = view.ownerId ? lookup('people', view.ownerId) : ''
  return (
    <>
      <Text size="sm" fw={600} lineClamp={2}>
        {view.name}
      </Text>
      <Text size="sm" c="dimmed" truncate>
        {view.accountId === undefined ? '' : lookup('accounts', view.accountId)}
      </Text>
      <div className={classes['foot']}>
        <span className={classes['amount']}>{view.amount ? amountText(view.amount) : ''}</span>
        <span>{view.closeOn ? dateText(view.closeOn) : ''}</span>
        <span className={classes['owner']}>{owner}</span>
      </div>
    </>
  )
}
