import { z } from 'zod'
import { periodSchema } from './moment.ts'
import { itemKeySchema, line } from './text.ts'

/** HL7 v2 XPN and FHIR HumanName in one. */
export const humanNameSchema = z
  .strictObject({
    key: itemKeySchema,
    /** `official` is the legal name, `usual` the one the person wants to be called by. */
    use: z.enum(['official', 'usual', 'nickname', 'maiden', 'anonymous', 'temp', 'old']),
    /** A person with one name has it here or in `given`; either may be empty. */
    family: line(194).optional(),
    given: z.array(line(100)).max(8),
    prefix: z.array(line(40)).max(4),
    suffix: z.array(line(40)).max(4),
    /** The whole name as it is to be written, where the parts do not give it. */
    text: line(255).optional(),
    /** XPN-8, HL7 table 0465: alphabetic, ideographic, or the phonetic form of another name of the same use. */
    representation: z.enum(['A', 'I', 'P']),
    period: periodSchema.optional(),
  })
  .refine((name) => name.family !== undefined || name.given.length > 0 || name.text !== undefined, {
    message: 'A family name, a given name or the whole name is needed.',
    path: ['family'],
  })
export type HumanName = z.infer<typeof humanNameSchema>

/** The name as it is written, in the order of its script. */
export function nameText(name: HumanName): string {
  if (name.text !== undefined) return name.text
  if (name.representation === 'I') return [name.family, ...name.given].filter(Boolean).join('')
  return [...name.prefix, ...name.given, name.family, ...name.suffix].filter(Boolean).join(' ')
}

/** The name in a list sorted by family name: `Okafor, Ada`. */
export function listedName(name: HumanName): string {
  if (name.family === undefined || name.representation === 'I') return nameText(name)
  return [name.family, name.given.join(' ')].filter(Boolean).join(', ')
}

/** The legal name, else the best there is. */
export function officialName(names: readonly HumanName[]): HumanName | undefined {
  return bestOf(names, ['official', 'usual', 'temp', 'nickname', 'maiden', 'old', 'anonymous'])
}

/** What to call the person: the preferred name, else the legal one. */
export function preferredName(names: readonly HumanName[]): HumanName | undefined {
  return bestOf(names, ['usual', 'official', 'nickname', 'temp', 'maiden', 'old', 'anonymous'])
}

function bestOf(names: readonly HumanName[], uses: readonly HumanName['use'][]): HumanName | undefined {
  const written = names.filter(({ representation }) => representation !== 'P')
  for (const use of uses) {
    const found = written.find((name) => name.use === use)
    if (found !== undefined) return found
  }
  return names[0]
}

/** The words under which a person is found: every part of every name, in every script. */
export function nameWords(names: readonly HumanName[]): readonly string[] {
  return names.flatMap(({ family, given, text }) =>
    [family, ...given, text].filter((word) => word !== undefined),
  )
}
