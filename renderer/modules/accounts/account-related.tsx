import { amountText } from '#renderer/ui/format/amount.ts'
import { useCallback } from 'react'
import type { ViewOfModule } from '#app/modules/index.ts'

import { roleAt } from '../contacts/affiliation-words.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { RelatedList } from '#renderer/ui/record/related-list.tsx'
import { CaseState } from '../cases/case-state.tsx'

/** Who works at an account, and what is going on with it. */
export function AccountRelated({ account }: { readonly account: RecordView }) {
  const { id } = account
  const parts = useCallback((view: ViewOfModule<'accounts'>) => view.parentId === id, [id])
  const people = useCallback(
    (view: ViewOfModule<'contacts'>) => view.affiliations?.some(({ accountId }) => accountId === id) ?? false,
    [id],
  )
  const business = useCallback((view: ViewOfModule<'opportunities'>) => view.accountId === id, [id])
  const open = useCallback(
    (view: ViewOfModule<'cases'>) => view.accountId === id && view.status !== 'closed',
    [id],
  )
  return (
    <>
      <RelatedList module="contacts" where={people} renderEnd={(view) => roleAt(view, id)} />
      <RelatedList
        module="opportunities"
        where={business}
        given={{ accountId: id }}
        renderEnd={(view) => view.amount && amountText(view.amount)}
      />
      <RelatedList
        module="cases"
        where={open}
        title="Open cases"
        given={{ accountId: id }}
        renderEnd={(view) => <CaseState view={view} />}
      />
      <RelatedList module="accounts" where={parts} title="Parts of it" />
    </>
  )
}
