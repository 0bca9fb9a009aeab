import { allModules } from '../modules/index.ts'
import { rulesIn } from './rules-in.ts'
import type { PartsRule } from './rules-in.ts'

/** `docs/field-rules.md`: what must fit together, within a record and within a value. */
export function fieldRulesDocument(): string {
  return [
    '# What must fit together',
    '',
    'Made by `npm run field-rules` from the modules (`app/modules/*/index.ts`, `invariants` and the schemas of fields); a test fails when',
    'it is stale. What a single field takes stands in its schema, and in the words of the form.',
    '',
    'A form holds to these as it is filled in, and the server to the whole record after each merge, whoever writes: a person, a feed, a',
    'machine. What breaks one is refused, and named by the field. What a record refers to must be there (`refers`), and nobody reaches out to a patient',
    'who has died (`outreach`).',
    '',
    '## Within a record',
    '',
    ...table(
      ['Record', 'Shown at', 'Rule'],
      allModules.flatMap(({ label, fields, invariants }) =>
        invariants.map(({ field, says }) => [label.one, fields[field]?.label ?? field, says]),
      ),
    ),
    '',
    '## Within a value',
    '',
    ...table(
      ['Rule', 'Shown at', 'In'],
      valueRules().map(({ says, part, records }) => [
        says,
        part === null ? '' : `\`${part}\``,
        records.join(', '),
      ]),
    ),
    '',
  ].join('\n')
}

type ValueRule = PartsRule & { readonly records: readonly string[] }

/** Each rule once, with the records that hold such a value in some field. */
function valueRules(): readonly ValueRule[] {
  const rules = new Map<string, ValueRule>()
  for (const { label, fields } of allModules) {
    const own = new Map(
      Object.values(fields)
        .flatMap(({ schema }) => rulesIn(schema))
        .map((rule) => [rule.says, rule]),
    )
    for (const [says, rule] of own)
      rules.set(says, { ...rule, records: [...(rules.get(says)?.records ?? []), label.one] })
  }
  return [...rules.values()]
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map(() => '---')), ...rows.map(line)]
}
