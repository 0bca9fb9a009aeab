import { useCallback } from 'react'
import type { Id } from '#app/kernel/index.ts'
import type { ViewOfModule } from '#app/modules/index.ts'
import { isHeldOn } from '#app/modules/practitioner-roles/index.ts'
import { dayAt } from '#app/values/index.ts'
import { useLookup } from '#renderer/ui/data/use-lookup.ts'
import { periodText } from '#renderer/ui/fields/period-field.tsx'
import { localZone } from '#renderer/ui/format/when.ts'
import { RelatedList } from '#renderer/ui/record/related-list.tsx'

type Role = ViewOfModule<'practitioner-roles'>

/** Where a professional works, and as what; the posts that are over say so. */
export function RolesOfContact({ contactId }: { readonly contactId: Id }) {
  const lookup = useLookup()
  const where = useCallback((view: Role) => view.practitioner?.contactId === contactId, [contactId])
  const today = dayAt(Date.now(), localZone())
  return (
    <RelatedList
      module="practitioner-roles"
      title="Roles"
      where={where}
      renderEnd={(view) => (
        <>
          <span>{view.organizationId ? lookup('accounts', view.organizationId) : view.organizationName}</span>
          {!isHeldOn(view, today) && <span>{periodText(view.period ?? {}) || 'no longer'}</span>}
        </>
      )}
    />
  )
}
