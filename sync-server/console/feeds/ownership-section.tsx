import type { FeedPage } from '../../console-api/protocol/hl7.ts'
import type { SettingsProps } from './draft.ts'
import type { OwnershipRow } from './ownership-rows.ts'
import { RowsEditor } from './rows-editor.tsx'
import { Section } from './section.tsx'

const owners = [
  { value: 'feed', label: 'the feed: an edit here is a request' },
  { value: 'rounds', label: 'Rounds: the feed changes nothing' },
  { value: 'shared', label: 'shared' },
]

type OwnershipProps = SettingsProps & { readonly page: FeedPage }

/** Who decides a field. */
export function OwnershipSection({ page, draft, problems, onChange }: OwnershipProps) {
  const modules = Object.keys(page.modules).toSorted()
  const fields = [...new Set(['*', ...Object.values(page.modules).flat().toSorted()])]
  const blank: OwnershipRow = { module: modules[0] ?? '', field: '*', owner: 'shared' }
  return (
    <Section
      title="Who decides a field: shared, unless a row says otherwise; * for a module's other fields"
      problem={problems.get('ownership')}
    >
      <RowsEditor
        label="Ownership"
        columns={[
          { key: 'module', label: 'Module', options: modules.map((value) => ({ value, label: value })) },
          { key: 'field', label: 'Field', options: fields.map((value) => ({ value, label: value })) },
          { key: 'owner', label: 'Who', options: owners },
        ]}
        rows={draft.ownership}
        blank={blank}
        onChange={(ownership) => onChange({ ownership })}
      />
    </Section>
  )
}
