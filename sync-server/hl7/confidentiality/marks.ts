import type { Sensitivity } from '#app/kernel/index.ts'
import type { FeedSettings } from '../feed-settings.ts'
import type { Segment } from '../parse/message.ts'
import { read, repetitionsOf } from '../parse/path.ts'
import { readCoded } from '../parse/types.ts'
import { houseTables } from './house-codes.ts'
import type { MarkedPlace } from './marked-places.ts'

// What a message marks as sensitive, read from its segments. Pure.

export type MarkTable = Pick<FeedSettings, 'confidentiality'>

/** What is marked: the person, and so all that is theirs; or what was done, and the person can still be found. */
export type Marks = { readonly person: readonly Sensitivity[]; readonly care: readonly Sensitivity[] }

/** What a code means in its place: by the feed's rows, else by the table of the house. Null: nothing. */
export function meaningOf(
  { confidentiality }: MarkTable,
  place: MarkedPlace,
  code: string,
): Sensitivity | null {
  const written = code.trim().toUpperCase()
  if (written === '') return null
  const row = confidentiality.find(
    (one) => one.place === place && (one.code === '*' || one.code.toUpperCase() === written),
  )
  const { codes, unknown } = houseTables[place]
  const marking = row?.marks ?? codes[written] ?? unknown
  return marking === 'nothing' ? null : marking
}

/** What is said in a field of its own; words without a code are a code that nobody knows. */
export function markedAt(
  table: MarkTable,
  place: MarkedPlace,
  segment: Segment | null,
  field: number,
): Sensitivity[] {
  if (segment === null) return []
  return repetitionsOf(segment, field)
    .map(readCoded)
    .flatMap(({ code, text }) => meaningOf(table, place, code || text) ?? [])
}

/** What is sensitive by what it is: any of the codes that name it. */
export function sensitiveAt(
  table: MarkTable,
  place: 'OBR-4' | 'OBX-3' | 'AIS-3',
  segment: Segment | null,
  field: number,
): Sensitivity[] {
  if (segment === null) return []
  const codes = repetitionsOf(segment, field)
    .map(readCoded)
    .flatMap(({ code, alternate }) => [code, alternate?.code ?? ''])
  return codes.flatMap((code) => meaningOf(table, place, code) ?? [])
}

type Statement = { readonly of: 'person' | 'visit'; readonly place: MarkedPlace; readonly field: number }

/** What the segments of one person say of them and of the visit; the header speaks for everybody in the message. */
export function marksOf(table: MarkTable, header: Segment, segments: readonly Segment[]): Marks {
  const visit = segments.findIndex(({ name }) => name === 'PV1')
  const said = { person: markedAt(table, 'MSH-8', header, 8), visit: new Array<Sensitivity>() }
  for (const [index, segment] of segments.entries()) {
    const statement = statementIn(segment, visit >= 0 && index >= visit)
    if (statement === null) continue
    said[statement.of].push(...markedAt(table, statement.place, segment, statement.field))
  }
  const isHidden = (one: Sensitivity): boolean => one === 'restricted'
  return {
    person: said.person.filter(isHidden),
    care: [...said.visit, ...said.person.filter((one) => !isHidden(one))],
  }
}

function statementIn(segment: Segment, isOfVisit: boolean): Statement | null {
  switch (segment.name) {
    case 'PD1':
      return { of: 'person', place: 'PD1-12', field: 12 }
    case 'CON':
      return isOfDisclosure(segment) ? { of: 'person', place: 'CON-11', field: 11 } : null
    case 'ARV':
      // Table 0206: what a sender takes back is for a person to take away.
      if (read(segment, '2').toUpperCase() === 'D') return null
      return { of: isOfVisit ? 'visit' : 'person', place: 'ARV-3', field: 3 }
    case 'PV1':
      return { of: 'visit', place: 'PV1-16', field: 16 }
    default:
      return null
  }
}

/** Table 0496: of the consents that it numbers the first is to the release of information, the others to procedures. */
function isOfDisclosure(con: Segment): boolean {
  const type = read(con, '2')
  return type === '001' || !/^\d{3}$/.test(type)
}
