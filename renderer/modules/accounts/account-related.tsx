import { amountText } from '#renderer/ui/format/amount.ts'
import { useCallback, useMemo } from 'react'
import type { ViewOfModule } from '#app/modules/index.ts'

import { roleAt } from '../contacts/affiliation-words.ts'
import type { RecordView } from '#renderer/ui/record/presentation.ts'
import { RelatedList } from '#renderer/ui/record/related-list.tsx'
import { CaseState } from '../cases/case-state.tsx'

/** Who works at an account, and what is going on with it. */
export function AccountRelated({ account }: { readonly account: RecordView }) {
  const { id } = account
  const here = useMemo(() => ({ index: 'accountId', equals: id }) as const, [id])
  const within = useMemo(() => ({ index: 'parentId', equals: id }) as const, [id])
  const people = useCallback(
    (view: ViewOfModule<'contacts'>) => view.affiliations?.some(({ accountId }) => accountId === id) ?? false,
    [id],
  )
  return (
    <>
      <RelatedList module="contacts" where={people} renderEnd={(view) => roleAt(view, id)} />
      <RelatedList
        module="opportunities"
        by={here}
        given={{ accountId: id }}
        renderEnd={(view) => view.amount && amountText(view.amount)}
      />
      <RelatedList
        module="cases"
        by={here}
        where={isNotClosed}
        title="Open cases"
        given={{ accountId: id }}
        renderEnd={(view) => <CaseState view={view} />}
      />
      <RelatedList module="accounts" by={within} title="Parts of it" />
    </>
  )
}

function isNotClosed({ status }: ViewOfModule<'cases'>): boolean {
  return status !== 'closed'
}
