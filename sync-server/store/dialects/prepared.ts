import { CompiledQuery, sql } from 'kysely'
import type { Compilable, Expression } from 'kysely'
import type { Dialect, Executor } from './dialect.ts'

// Statements of every push and every request, whose text never changes: built and compiled once for each dialect, then
// only filled in. To build a small one takes several times as long as to run it.

type Values = Readonly<Record<string, string | number | readonly string[]>>
/** Where the values will stand. */
type Slots<Given> = { readonly [Name in keyof Given]: Expression<Given[Name]> }
type Place = { readonly executor: Executor; readonly dialect: Dialect }

type Text<Given> = {
  readonly sql: string
  /** Makes each parameter, in order, of what is given. */
  readonly parameters: readonly ((given: Given) => unknown)[]
}

/** `build` is called once for each dialect, and whatever it takes from elsewhere stays as it was then. */
export function prepared<Given extends Values, Row>(
  build: (place: Place, slots: Slots<Given>) => Compilable<Row>,
): (place: Place, given: Given) => Promise<readonly Row[]> {
  const texts = new WeakMap<Dialect, Text<Given>>()
  return async (place, given) => {
    const text = texts.get(place.dialect) ?? textOf(place, given, build)
    texts.set(place.dialect, text)
    const parameters = text.parameters.map((make) => make(given))
    const { rows } = await place.executor.executeQuery<Row>(CompiledQuery.raw(text.sql, parameters))
    return rows
  }
}

/** Builds it with marks in the place of the values, and looks where they came to stand. */
function textOf<Given extends Values, Row>(
  place: Place,
  given: Given,
  build: (place: Place, slots: Slots<Given>) => Compilable<Row>,
): Text<Given> {
  const makers = new Map<unknown, (given: Given) => unknown>()
  const slots = Object.keys(given).map((name) => {
    const mark = { name }
    makers.set(mark, (values) => place.dialect.parameter(values[name] ?? ''))
    return [name, sql.val(mark)] as const
  })
  // The type system can't follow that there is one for each name.
  const { sql: text, parameters } = build(
    place,
    Object.fromEntries(slots) as unknown as Slots<Given>,
  ).compile()
  return { sql: text, parameters: parameters.map((fixed) => makers.get(fixed) ?? (() => fixed)) }
}
