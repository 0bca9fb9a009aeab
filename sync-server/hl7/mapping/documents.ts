import { standardCode } from '../code-tables.ts'
import { markedAt } from '../confidentiality/marks.ts'
import type { Message, Segment } from '../parse/message.ts'
import { firstSegment, read, readWhole, repetitionsOf } from '../parse/path.ts'
import { readEi } from '../parse/types.ts'
import { attachmentOf } from './attachment.ts'
import { namedVisit } from './encounter.ts'
import { mapping, MappingFailed } from './mapped.ts'
import type { Intent, MappedParts, MappingContext } from './mapped.ts'
import { namedPatient } from './patient.ts'
import { siteRecord } from './record.ts'
import type { About } from './record.ts'
import { documentStatuses } from './tables.ts'
import { conceptAt, identifierOf, lines, momentAt, oneLine, professionalAt } from './value-readers.ts'

// MDM: documents. Even events bring the text, odd ones speak of it only. A document is its unique number (TXA-12).

type DocumentEvent = {
  readonly status: 'current' | 'superseded' | 'entered-in-error'
  readonly relates?: 'replaces' | 'appends'
  readonly takesBack?: string
}

/** HL7 v2.9 chapter 9: new, status changed, addendum, edited, replaced, cancelled. */
export const documentEvents = {
  T01: { status: 'current' },
  T02: { status: 'current' },
  T03: { status: 'current' },
  T04: { status: 'current' },
  T05: { status: 'current', relates: 'appends' },
  T06: { status: 'current', relates: 'appends' },
  T07: { status: 'current' },
  T08: { status: 'current' },
  T09: { status: 'current', relates: 'replaces' },
  T10: { status: 'current', relates: 'replaces' },
  T11: { status: 'entered-in-error', takesBack: 'the document' },
} as const satisfies Readonly<Record<string, DocumentEvent>>

const events = new Map<string, DocumentEvent>(Object.entries(documentEvents))

export function mapDocument(message: Message, context: MappingContext): MappedParts {
  const patient = namedPatient(message, context)
  const [pid, txa] = [firstSegment(message, 'PID'), firstSegment(message, 'TXA')]
  if (pid === null || txa === null) throw new MappingFailed('there is no document', 'TXA')
  const visit = {
    label: patient.label,
    pid,
    pv1: firstSegment(message, 'PV1'),
    pv2: firstSegment(message, 'PV2'),
  }
  const encounter = namedVisit(message, visit, context)
  const about = { patient: patient.label, encounter: encounter?.label ?? null }
  const event = events.get(context.header.trigger) ?? { status: 'current' }
  const document = documentIntent(message, txa, event, about, context)
  return mapping([patient, ...(encounter === null ? [] : [encounter]), ...document])
}

function documentIntent(
  message: Message,
  txa: Segment,
  event: DocumentEvent,
  about: About,
  context: MappingContext,
): Intent[] {
  const own = numberAt(txa, 12, context)
  if (own === null && !context.alone) throw new MappingFailed('the document has no number', 'TXA-12')
  const parent = event.relates === undefined ? null : numberAt(txa, 13, context)
  const observations = message.segments.filter(({ name }) => name === 'OBX')
  const files = observations.flatMap((obx) => attachmentOf(obx, context) ?? [])
  const text = textOf(observations)
  const draft = siteRecord(
    {
      module: 'documents',
      label: 'document',
      key: ['document', own?.key ?? ''],
      numbers: own === null ? [] : [own],
      fields: {
        identifiers: own === null ? undefined : [own],
        status: event.status,
        docStatus: documentStatuses[standardCode(context.settings, '0271', read(txa, '17'))],
        type: conceptAt(txa, 2, context, 'HL70270') ?? { codings: [], text: 'Document' },
        description: oneLine(read(txa, '25')).slice(0, 255) || undefined,
        date: momentAt(txa, '6', 'TXA-6', context) ?? momentAt(txa, '4', 'TXA-4', context),
        author: professionalAt(txa, 9, context),
        transcriber: professionalAt(txa, 11, context),
        authenticator: professionalAt(txa, 22, context),
        securityLabels: confidentiality(txa, context),
        relatesToCode: parent === null ? undefined : event.relates,
        content: files.length === 0 ? undefined : files.slice(0, 16),
        text,
      },
      places: { identifiers: 'TXA-12', type: 'TXA-2', date: 'TXA-6', text: 'OBX-5', content: 'OBX-5' },
      ...(event.takesBack === undefined ? {} : { takesBack: event.takesBack }),
      sensitivities: markedAt(context.settings, 'TXA-18', txa, 18),
    },
    about,
    context,
  )
  if (parent === null) return [draft]
  const links = { ...draft.links, relatesToId: { label: 'parent document', optional: true } }
  return [parentIntent(parent, event, about, context), { ...draft, links }]
}

/** The document that this one stands for from now on; it is only known, never made from here. */
function parentIntent(
  parent: NonNullable<ReturnType<typeof numberAt>>,
  event: DocumentEvent,
  about: About,
  context: MappingContext,
): Intent {
  const fields = event.relates === 'replaces' ? { status: 'superseded' } : {}
  const draft = {
    module: 'documents',
    label: 'parent document',
    key: ['document', parent.key],
    fields,
  } as const
  const intent = siteRecord(
    { ...draft, numbers: [parent], places: { identifiers: 'TXA-13' } },
    about,
    context,
  )
  return { ...intent, create: null, onlyKnown: true }
}

function numberAt(txa: Segment, field: number, context: MappingContext) {
  const [repetition] = repetitionsOf(txa, field)
  const given = repetition === undefined ? null : readEi(repetition)
  return given === null || given.value === '' ? null : identifierOf(given, 'RI', 'RI', context)
}

/** What the code means to the feed; V says more than that it is restricted. */
function confidentiality(txa: Segment, { settings }: MappingContext) {
  const code = read(txa, '18').toUpperCase()
  if (code === '') return undefined
  const system = 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality'
  const isKept = markedAt(settings, 'TXA-18', txa, 18).length > 0
  return [{ system, code: !isKept ? 'N' : code === 'V' ? 'V' : 'R' }]
}

function textOf(observations: readonly Segment[]): string | undefined {
  const texts = observations
    .filter((obx) => ['TX', 'FT', 'ST', ''].includes(read(obx, '2').toUpperCase()))
    .flatMap((obx) => repetitionsOf(obx, 5).map((_, index) => lines(readWhole(obx, `5[${index + 1}]`))))
    .filter((text) => text !== '')
  return texts.length === 0 ? undefined : texts.join('\n').slice(0, 64_000)
}
