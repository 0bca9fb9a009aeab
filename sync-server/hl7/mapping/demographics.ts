import type { Json } from '#app/kernel/index.ts'
import type { HumanName } from '#app/values/index.ts'
import { standardCode } from '../code-tables.ts'
import type { Part } from '../parse/message.ts'
import { isNull, read, repetitionsOf } from '../parse/path.ts'
import { readCoded } from '../parse/types.ts'
import { stated } from './mapped.ts'
import type { MappingContext } from './mapped.ts'
import { addressesOf, telecomsOf } from './person.ts'
import { genders } from './tables.ts'
import { conceptAt, conceptOf, momentAt, professionalAt } from './value-readers.ts'

/** What PID and PD1 say. `""` empties a field; it never takes a name or an identifier away. */
export function demographics(
  pid: Part,
  pd1: Part | null,
  names: readonly HumanName[],
  birthDate: string | undefined,
  context: MappingContext,
): Record<string, Json> {
  const orNull = <Value>(field: string, value: Value | undefined): Value | null | undefined =>
    value ?? (isNull(pid, field) ? null : undefined)
  const orNone = <Value>(field: string, values: readonly Value[]): readonly Value[] | undefined =>
    values.length > 0 || isNull(pid, field) ? values : undefined
  const codings = (field: number, table: string) =>
    repetitionsOf(pid, field).flatMap((repetition) =>
      (conceptOf(readCoded(repetition), context, table)?.codings ?? []).slice(0, 1),
    )
  const telecoms = telecomsOf(
    [
      { repetitions: repetitionsOf(pid, 13), usual: 'home' },
      { repetitions: repetitionsOf(pid, 14), usual: 'work' },
      { repetitions: repetitionsOf(pid, 40), usual: 'home' },
    ],
    'PID-13',
    context,
  )
  const gender = standardCode(context.settings, '0001', read(pid, '8'))
  const known = {
    names: names.length > 0 ? names : undefined,
    birthDate: orNull('7', birthDate),
    administrativeGender: orNull('8', gender === '' ? undefined : (genders[gender.slice(0, 1)] ?? 'unknown')),
    races: orNone('10', codings(10, 'HL70005')),
    addresses: orNone('11', addressesOf(repetitionsOf(pid, 11), 'PID-11', context)),
    telecoms: orNone('13', telecoms),
    languages: orNone('15', languagesOf(pid, context)),
    maritalStatus: orNull('16', conceptAt(pid, 16, context, 'HL70002')),
    ethnicities: orNone('22', codings(22, 'HL70189')),
    birthOrder: orNull('25', birthOrderOf(pid)),
    deceased: deceasedOf(pid, context),
    generalPractitioner: pd1 === null ? undefined : professionalAt(pd1, 4, context),
  }
  return stated(known)
}

function languagesOf(pid: Part, context: MappingContext): { language: string; preferred: boolean }[] {
  const written = read(pid, '15')
  if (written === '') return []
  const [, language, region] = /^([A-Za-z]{2,3})(?:[-_]([A-Za-z]{2}))?$/.exec(written) ?? []
  if (language === undefined) {
    context.unread('PID-15')
    return []
  }
  const tag = language.toLowerCase() + (region === undefined ? '' : `-${region.toUpperCase()}`)
  return [{ language: tag, preferred: true }]
}

function birthOrderOf(pid: Part): number | undefined {
  const order = read(pid, '25')
  return /^([1-9]|1[0-2])$/.test(order) ? Number(order) : undefined
}

function deceasedOf(pid: Part, context: MappingContext): Json | undefined {
  const at = momentAt(pid, '29', 'PID-29', context)
  const said = read(pid, '30').toUpperCase()
  if (said === 'Y' || (said === '' && at !== undefined)) {
    return { deceased: true, ...(at === undefined ? {} : { at }) }
  }
  return said === 'N' ? { deceased: false } : undefined
}
