import type { Sensitivity } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { stated } from './mapped.ts'
import type { Intent, MappingContext } from './mapped.ts'

// What the records that hang on a patient have in common.

/** To whom a record belongs, by the labels of their intents. */
export type About = { readonly patient: string; readonly encounter: string | null }

export type RecordDraft = {
  readonly module: ModuleName
  readonly label: string
  /** What tells it apart among the patient's records of its kind. */
  readonly key: readonly (string | number)[]
  readonly fields: Readonly<Record<string, unknown>>
  readonly places: Readonly<Record<string, string>>
  readonly within?: string | null
  readonly numbers?: NonNullable<Extract<Intent['identity'], { by: 'cause' }>['numbers']>
  readonly adds?: readonly string[]
  readonly ranks?: Intent['ranks']
  readonly takesBack?: string
  readonly sensitivities?: readonly Sensitivity[]
}

/** A record of the person, seen at every site that cares for them. */
export function personRecord(draft: RecordDraft, about: About, context: MappingContext): Intent {
  const intent = record(draft, about)
  return {
    ...intent,
    set: { ...intent.set, siteIds: [context.siteId] },
    adds: [...intent.adds, 'siteIds'],
    links: { patientId: { label: about.patient, optional: false } },
  }
}

/** A record of what was done, asked for or written at a site. */
export function siteRecord(draft: RecordDraft, about: About, context: MappingContext): Intent {
  const intent = record(draft, about)
  return { ...intent, set: { ...intent.set, siteId: context.siteId } }
}

function record(draft: RecordDraft, { patient, encounter }: About): Intent {
  const { module, label, key, fields, places, within, numbers, adds = ['identifiers'], ranks = null } = draft
  return {
    label,
    module,
    identity: {
      by: 'cause',
      cause: [module, ...key],
      of: patient,
      ...(within === undefined ? {} : { within }),
      ...(numbers === undefined ? {} : { numbers }),
    },
    set: stated(fields),
    create: {},
    links: {
      patientId: { label: patient, optional: false },
      ...(encounter === null ? {} : { encounterId: { label: encounter, optional: true } }),
    },
    adds: adds.filter((field) => fields[field] !== undefined),
    ranks,
    places,
    dated: 'by-source-time',
    ...(draft.takesBack === undefined ? {} : { takesBack: draft.takesBack }),
    ...(draft.sensitivities === undefined ? {} : { sensitivities: draft.sensitivities }),
  }
}
