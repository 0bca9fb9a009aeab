import type { Id } from '#app/kernel/index.ts'
import { labelOf } from '#app/modules/shared/labels.ts'
import {
  addressLines,
  addressSchema,
  codeableConceptSchema,
  codingSchema,
  humanNameSchema,
  nameText,
  telecomSchema,
  conceptText,
} from '#app/values/index.ts'

/** Values as people read them, a line each. Ids of records that are at hand become their titles. */
export function linesOf(value: unknown, titles: ReadonlyMap<Id, string>): readonly string[] {
  if (value === null || value === undefined || value === '') return []
  if (Array.isArray(value)) return value.flatMap((item: unknown) => linesOf(item, titles))
  if (typeof value === 'boolean') return [value ? 'Yes' : 'No']
  if (typeof value === 'number') return [String(value)]
  if (typeof value === 'string') return [titles.get(value) ?? wordOf(value)]
  const known = knownWords(value)
  if (known !== null) return [known]
  const parts = Object.entries(value)
    .filter(([name]) => name !== 'key')
    .flatMap(([name, part]) => {
      const words = linesOf(part, titles).join(', ')
      return words === '' ? [] : [`${labelOf(spaced(name))}: ${words}`]
    })
  return parts.length === 0 ? [] : [parts.join('; ')]
}

function knownWords(value: object): string | null {
  const name = humanNameSchema.safeParse(value).data
  if (name !== undefined) return `${nameText(name)} (${name.use})`
  const concept = codeableConceptSchema.safeParse(value).data
  if (concept !== undefined) return conceptText(concept)
  const coding = codingSchema.safeParse(value).data
  if (coding !== undefined) return coding.display ?? coding.code
  const address = addressSchema.safeParse(value).data
  if (address !== undefined)
    return addressLines(address).join(', ') + (address.confidential ? ' (confidential)' : '')
  const telecom = telecomSchema.safeParse(value).data
  if (telecom !== undefined)
    return `${telecom.value} (${telecom.use}${telecom.confidential ? ', confidential' : ''})`
  return null
}

/** Codes of ours are written with hyphens; what people wrote stays as it is. */
function wordOf(text: string): string {
  return /^[a-z]{4,}(-[a-z]+)*$/.test(text) ? labelOf(text) : text
}

function spaced(name: string): string {
  return name.replaceAll(/([A-Z])/g, '-$1').toLowerCase()
}
