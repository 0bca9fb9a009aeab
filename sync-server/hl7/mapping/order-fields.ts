import type { CodeableConcept, Identifier } from '#app/values/index.ts'
import type { Segment } from '../parse/message.ts'
import { repetitionsOf } from '../parse/path.ts'
import { hasTime } from '../parse/timestamp.ts'
import { readCoded, readEi } from '../parse/types.ts'
import type { MappingContext } from './mapped.ts'
import type { Order } from './segment-groups.ts'
import { conceptAt, conceptOf, identifierOf, instantValue, timestampAt } from './value-readers.ts'

// What ORC, OBR and SPM say of an order, whether it is asked for or answered.

/** Filler and placer number, from OBR or, where that has none, from ORC. */
export function orderNumbers({ obr, orc }: Order, context: MappingContext): Identifier[] {
  const number = (field: number, type: string): Identifier[] => {
    const [repetition] = [obr, orc].flatMap((segment) =>
      segment === null ? [] : repetitionsOf(segment, field),
    )
    const given = repetition === undefined ? null : readEi(repetition)
    return given === null || given.value === '' ? [] : [identifierOf(given, type, type, context)]
  }
  return [...number(3, 'FILL'), ...number(2, 'PLAC')]
}

export function specimenOf({ obr, specimen }: Order, context: MappingContext): CodeableConcept | undefined {
  if (specimen !== null) return conceptAt(specimen, 4, context, 'HL70487')
  const [source] = obr === null ? [] : repetitionsOf(obr, 15)
  return source === undefined
    ? undefined
    : conceptOf(
        { ...readCoded(source), text: '', system: '', alternate: null, original: '' },
        context,
        'HL70070',
      )
}

export function issuedAt(obr: Segment, context: MappingContext): string | undefined {
  const stamp = timestampAt(obr, '22', 'OBR-22', context)
  return stamp === undefined || !hasTime(stamp) ? undefined : instantValue(stamp, 'OBR-22', context)
}
