import { readFile } from 'node:fs/promises'
import { conform } from './conform.ts'
import type { ConformReport } from './conform.ts'
import { convertMessage } from './convert.ts'

// `npm run hl7 -- convert FILE` and `conform DIR`.

type Output = { write(text: string): void }

/** Answers 1 where the file is no message, or not one that can be shown; the reason is printed. */
export async function writeBundle(file: string, output: Output): Promise<number> {
  const converted = convertMessage(await readFile(file), 'UTC', new Date().toISOString())
  if (converted === null) {
    output.write(`${file} is no HL7 v2 message\n`)
    return 1
  }
  const { outcome } = converted
  if (!outcome.ok) {
    const { code, facts } = outcome.error
    output.write(`${[code, ...Object.values(facts)].join(' ')}\n`)
    return 1
  }
  output.write(`${JSON.stringify(outcome.value.bundle, null, 2)}\n`)
  return 0
}

/** Answers 0 where a goal of 95 % is met in every field of 20 values or more, or nothing is compared. */
export async function writeConformance(
  folder: string,
  expected: string | null,
  json: boolean,
  output: Output,
): Promise<number> {
  const report = await conform(folder, expected)
  output.write(json ? `${JSON.stringify(report, null, 2)}\n` : summaryOf(report))
  const asked = report.fields.filter(({ field }) => !field.startsWith('RelatedPerson.'))
  return asked.every(({ percent }) => percent === null || percent >= 95) ? 0 : 1
}

function summaryOf({ messages, fields, all, relatives }: ConformReport): string {
  const outcomes = [...Map.groupBy(messages, ({ outcome }) => outcome)]
    .map(([outcome, those]) => `${outcome}: ${those.length}`)
    .join(', ')
  const rows = [...fields, all, relatives].map(({ field, stated, agrees, excepted, percent }) =>
    [
      field.padEnd(34),
      String(stated).padStart(6),
      String(agrees).padStart(6),
      String(excepted).padStart(6),
      percent === null ? '     -' : String(percent).padStart(6),
    ].join(''),
  )
  const head = [
    'field'.padEnd(34),
    'stated'.padStart(6),
    'agree'.padStart(6),
    'except'.padStart(7),
    '    %',
  ].join('')
  return `${messages.length} messages (${outcomes})\n${[head, ...rows, ...oneByOne(messages, fields)].join('\n')}\n`
}

/** Too few for a percentage: each value, and whether we say it, too. */
function oneByOne(messages: ConformReport['messages'], fields: ConformReport['fields']): readonly string[] {
  const few = new Set(fields.filter(({ percent }) => percent === null).map(({ field }) => field))
  return messages.flatMap(({ file, comparisons }) =>
    comparisons
      .filter(({ field }) => few.has(field))
      .map(({ field, value, outcome }) => `${field} ${outcome} ${value} (${file})`),
  )
}
