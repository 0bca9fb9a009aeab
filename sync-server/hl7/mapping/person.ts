import { addressSchema, humanNameSchema, telecomSchema } from '#app/values/index.ts'
import type { Address, HumanName, Telecom } from '#app/values/index.ts'
import { standardCode } from '../code-tables.ts'
import type { Part } from '../parse/message.ts'
import { readXad, readXpn, readXtn } from '../parse/types.ts'
import type { MappingContext } from './mapped.ts'
import { addressUses, nameUses, telecomSystems, telecomUses } from './tables.ts'
import { oneLine } from './value-readers.ts'

// Names, addresses and numbers. The key of an item is its use, and its place among those of the same use: so a corrected
// street is a change of the home address, not another address.

function withKeys<Item>(items: readonly Item[], keyOf: (item: Item) => string): (Item & { key: string })[] {
  const seen = new Map<string, number>()
  return items.map((item) => {
    const key = keyOf(item)
    const count = (seen.get(key) ?? 0) + 1
    seen.set(key, count)
    return { ...item, key: `${key}-${count}` }
  })
}

/** Keeps what fits our schema; what does not is noted and left out. */
function fitting<Item>(
  items: readonly Item[],
  schema: { safeParse(item: unknown): { success: boolean } },
  place: string,
  context: MappingContext,
): Item[] {
  const kept = items.filter((item) => schema.safeParse(item).success)
  if (kept.length < items.length) context.unread(place)
  return kept
}

/** `usual` is the use where XPN-7 names none. */
export function namesOf(
  repetitions: readonly Part[],
  place: string,
  context: MappingContext,
  usual: HumanName['use'] = 'official',
): HumanName[] {
  const names = repetitions.map(readXpn).flatMap((name) => {
    const words = (...texts: string[]) => texts.map(oneLine).filter((text) => text !== '')
    const family = oneLine(name.family)
    const given = words(name.given, name.middle)
    if (family === '' && given.length === 0) return []
    const representation =
      name.representation === 'I' || name.representation === 'P' ? name.representation : 'A'
    return [
      {
        use: nameUses[standardCode(context.settings, '0200', name.type)] ?? usual,
        ...(family === '' ? {} : { family }),
        given,
        prefix: words(name.prefix),
        suffix: words(name.suffix, name.degree),
        representation,
      } as const,
    ]
  })
  const keyed = withKeys(names, ({ use, representation }) => `${use}-${representation}`)
  return fitting(keyed, humanNameSchema, place, context)
}

export function addressesOf(repetitions: readonly Part[], place: string, context: MappingContext): Address[] {
  const addresses = repetitions.map(readXad).flatMap((address) => {
    const parts = Object.entries({
      city: address.city,
      district: address.county,
      state: address.state,
      postalCode: address.postalCode,
    })
      .map(([name, text]) => [name, oneLine(text)] as const)
      .filter(([, text]) => text !== '')
    const lines = [address.street, address.other].map(oneLine).filter((text) => text !== '')
    const country = address.country.trim().toUpperCase()
    if (lines.length === 0 && parts.length === 0 && country === '') return []
    const named = /^[A-Z]{2,3}$/.test(country)
    if (country !== '' && !named) context.unread(`${place}.6`)
    return [
      {
        use: addressUses[standardCode(context.settings, '0190', address.type)] ?? 'home',
        confidential: false,
        lines,
        ...Object.fromEntries(parts),
        ...(named ? { country } : {}),
      } as const,
    ]
  })
  return fitting(
    withKeys(addresses, ({ use }) => use),
    addressSchema,
    place,
    context,
  )
}

/** `usual` is the use of the field itself: PID-13 is at home, PID-14 at work. */
export function telecomsOf(
  fields: readonly { readonly repetitions: readonly Part[]; readonly usual: Telecom['use'] }[],
  place: string,
  context: MappingContext,
): Telecom[] {
  const telecoms = fields.flatMap(({ repetitions, usual }) =>
    repetitions.map(readXtn).flatMap((telecom) => {
      const equipment = standardCode(context.settings, '0202', telecom.equipment)
      const isAddress = (text: string): boolean => text.includes('@')
      const mail = oneLine([telecom.email, telecom.number].find(isAddress) ?? '')
      const number = isAddress(telecom.number) ? '' : oneLine(telecom.number)
      const named = telecomSystems[equipment] ?? 'phone'
      // Senders leave `Internet` beside a phone number; what has no @ is no address.
      const system = named === 'email' ? 'phone' : named
      const use = telecomUses[standardCode(context.settings, '0201', telecom.use)] ?? usual
      const ways = [
        { system: 'email', value: mail, use } as const,
        { system, value: number, use: equipment === 'CP' ? 'mobile' : use } as const,
      ]
      return ways.filter(({ value }) => value !== '').map((way) => ({ ...way, confidential: false }))
    }),
  )
  const keyed = withKeys(telecoms, ({ system, use }) => `${system}-${use}`)
  return fitting(keyed, telecomSchema, place, context)
}
