import { z } from 'zod'
import { passesLuhn } from './luhn.ts'
import { line } from './text.ts'
import { passesVerhoeff } from './verhoeff.ts'

/** The code systems that Rounds knows, by the URIs that FHIR gives them. */
export const codeSystems = {
  icd10cm: 'http://hl7.org/fhir/sid/icd-10-cm',
  cpt: 'http://www.ama-assn.org/go/cpt',
  snomed: 'http://snomed.info/sct',
  loinc: 'http://loinc.org',
  ucum: 'http://unitsofmeasure.org',
} as const

const shapes: Readonly<Record<string, (code: string) => boolean>> = {
  [codeSystems.icd10cm]: (code) => /^[A-Z]\d[0-9AB](\.[0-9A-Z]{1,4})?$/.test(code),
  [codeSystems.cpt]: (code) => /^\d{4}[0-9AFMTU]$/.test(code),
  [codeSystems.snomed]: (code) => /^[1-9]\d{5,17}$/.test(code) && passesVerhoeff(code),
  [codeSystems.loinc]: (code) => /^\d{1,7}-\d$/.test(code) && passesLuhn(code.replace('-', '')),
}

/**
 * Whether a code can be one of its system, by shape and check digit; no terminology is asked. Codes of systems that
 * are not known here pass. A mapper asks before it names the system: what does not fit stays a local code.
 */
export function fitsSystem(system: string, code: string): boolean {
  return shapes[system]?.(code) ?? true
}

/** One code of one system. The system is a URI; a local system is `urn:oid:…` or `urn:rounds:local:<namespace>`. */
export const codingSchema = z
  .strictObject({
    system: z
      .string()
      .max(200)
      .regex(/^[a-z][a-z0-9+.-]*:\S+$/, 'Must be a URI.'),
    code: line(64),
    display: line(400).optional(),
    version: line(32).optional(),
  })
  .refine((coding) => fitsSystem(coding.system, coding.code), {
    message: 'This code can not belong to its code system.',
    path: ['code'],
  })
export type Coding = z.infer<typeof codingSchema>

/** One meaning: the same in several systems, and as it was written. */
export const codeableConceptSchema = z
  .strictObject({ codings: z.array(codingSchema).max(8), text: line(400).optional() })
  .refine(
    (concept) => concept.codings.length > 0 || concept.text !== undefined,
    'A code or a text is needed.',
  )
export type CodeableConcept = z.infer<typeof codeableConceptSchema>

/** How people read a concept: as it was written, else its first display, else its code. */
export function conceptText(concept: CodeableConcept): string {
  const first = concept.codings.find((coding) => coding.display !== undefined) ?? concept.codings[0]
  return concept.text ?? first?.display ?? first?.code ?? ''
}

/** The words under which a concept is found. */
export function conceptWords(concept: CodeableConcept | null): readonly string[] {
  if (concept === null) return []
  return [concept.text, ...concept.codings.flatMap(({ code, display }) => [display, code])].filter(
    (word) => word !== undefined,
  )
}
