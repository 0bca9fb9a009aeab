import type { RowInsert } from './dialect.ts'

// Rows by the thousand, on PostgreSQL: the statement for one row is built, and its text repeated. To build as many nodes as
// there are values, and to compile them, takes longer than the database does.

/** As the driver takes it: `$1`, `$2` … stand for the parameters. */
export type Text = { readonly sql: string; readonly parameters: readonly unknown[] }

/** Parameters of one statement. The database takes 65,535 in all that share a round trip. */
const PARAMETERS = 9_000

type Template = { readonly head: string; readonly row: string; readonly tail: string }

/** By name: of two statements with one name the text is the same. */
const templates = new Map<string, Template>()

/** The statements for all rows, each of a bearable size; none for no rows. */
export function manyRows({ name, row, values }: RowInsert): Text[] {
  const width = values[0]?.length ?? 0
  if (width === 0) return []
  const template = templates.get(name) ?? templateOf(row().compile().sql, width)
  templates.set(name, template)
  const size = Math.floor(PARAMETERS / width)
  const texts: Text[] = []
  for (let start = 0; start < values.length; start += size) {
    texts.push(filled(template, values.slice(start, start + size), width))
  }
  return texts
}

function filled({ head, row, tail }: Template, values: RowInsert['values'], width: number): Text {
  const rows = values.map((_, index) => renumbered(row, index * width))
  return { sql: head + rows.join(', ') + tail, parameters: values.flat() }
}

/** The text behind others in one statement: its parameters count from there. */
export function renumbered(sql: string, by: number): string {
  return by === 0 ? sql : sql.replaceAll(/\$(\d+)/g, (_, number) => `$${Number(number) + by}`)
}

const VALUES = 'values '

/** Parts the text at the row that it writes: a bracket behind `values`, with every parameter of the statement in it. */
function templateOf(sql: string, width: number): Template {
  const start = sql.indexOf(`${VALUES}(`) + VALUES.length
  let end = start
  let depth = 0
  do {
    if (sql[end] === '(') depth += 1
    if (sql[end] === ')') depth -= 1
    end += 1
  } while (depth > 0 && end < sql.length)
  const parts = { head: sql.slice(0, start), row: sql.slice(start, end), tail: sql.slice(end) }
  const numbers = [...parts.row.matchAll(/\$\d+/g)].map(([number]) => number)
  const isWhole = numbers.length === width && numbers.every((number, index) => number === `$${index + 1}`)
  if (!isWhole || (parts.head + parts.tail).includes('$')) throw new Error('not a statement for one row')
  return parts
}
