import { codeTableNumbers, codeTables, isCodeTable } from '../../hl7/code-tables.ts'
import type { CodeRow } from '../../hl7/code-tables.ts'
import type { SettingsProps } from './draft.ts'
import { RowsEditor } from './rows-editor.tsx'
import { Section } from './section.tsx'

const columns = [
  {
    key: 'table',
    label: 'Table',
    options: codeTableNumbers.map((value) => ({ value, label: `${value}, ${codeTables[value].name}` })),
  },
  { key: 'code', label: 'Their code' },
  { key: 'means', label: 'Stands for', options: codesOf },
] as const

function codesOf({ table }: CodeRow): { value: string; label: string }[] {
  if (!isCodeTable(table)) return []
  return Object.entries<string>(codeTables[table].codes).map(([value, word]) => ({
    value,
    label: `${value}, ${word}`,
  }))
}

const blank: CodeRow = { table: '0001', code: '', means: 'U' }

/** For which code of a table of HL7 each of the sender's own stands. */
export function CodesSection({ draft, problems, onChange }: SettingsProps) {
  return (
    <Section
      title="Codes of the sender's own: the first row that fits counts; a code without one is read as HL7 has it"
      problem={problems.get('codes')}
    >
      <RowsEditor
        label="Codes"
        columns={columns}
        rows={draft.codes}
        blank={blank}
        onChange={(codes) => onChange({ codes })}
      />
    </Section>
  )
}
