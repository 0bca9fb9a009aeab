import type { AnyDocument } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { ViewOfModule } from '#app/modules/index.ts'
import type { Documents } from '../replica/documents.ts'

type Patient = ViewOfModule<'patients'>

/** What people type, about one patient out of the middle of all. */
export function questionsOf({ bodies }: Documents): Readonly<Record<string, string>> {
  const patients = (JSON.parse(bodies.get('patients') ?? '[]') as AnyDocument[]).filter(isPatient)
  const asked = patients.slice(patients.length / 2).find(({ names, telecoms }) => {
    return (names?.[0]?.family?.length ?? 0) > 6 && telecoms?.some(({ system }) => system === 'phone')
  })
  const name = asked?.names?.[0]
  const family = name?.family ?? ''
  const phone = asked?.telecoms?.find(({ system }) => system === 'phone')?.value ?? ''
  const [year, month, day] = (asked?.birthDate ?? '').split('-')
  return {
    'one-letter': family.slice(0, 1),
    prefix: family.slice(0, 3),
    word: family,
    substring: family.slice(2, 6),
    'two-words': `${name?.given[0] ?? ''} ${family}`,
    typo: `${family.slice(0, 2)}${family[3] ?? ''}${family[2] ?? ''}${family.slice(4)}`,
    'typo-in-two-words': `${name?.given[0] ?? ''} ${family.slice(0, 3)}${family.slice(4)}`,
    phone,
    'last-digits': phone.slice(-4),
    identifier: asked?.identifiers?.[0]?.value ?? '',
    date: `${Number(month)}/${Number(day)}/${year}`,
    'name-and-date': `${family} ${year}-${month}-${day}`,
    'no-hit': 'xylophonist quartz',
  }
}

function isPatient(view: AnyDocument): view is Patient {
  return view.kind === modules.patients.kind
}
