import { blankOf, derivedId, err, ok } from '#app/kernel/index.ts'
import type { AnyDocument, AnyModule, Id, Result, Stamp } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import { resourceOf } from '../../fhir/convert/index.ts'
import type { Resource } from '../../fhir/convert/index.ts'
import { compose } from '../../replication/compose.ts'
import { nobodyElses } from '../../replication/care-teams.ts'
import type { Fault } from '../ack.ts'
import { feedSettingsSchema } from '../feed-config.ts'
import type { FeedSettings } from '../feed-config.ts'
import { messageType, readHeader } from '../header.ts'
import { mapMessage } from '../mapping/index.ts'
import type { Intent, Mapped } from '../mapping/index.ts'
import { parseMessage } from '../parse/message.ts'
import type { Message } from '../parse/message.ts'

// One message as FHIR, without a store: it is mapped as the inbox maps it, and each record checked as the door checks it,
// as if the message were the first that ever came. Pure.

export type Bundle = {
  readonly resourceType: 'Bundle'
  readonly type: 'collection'
  readonly entry: readonly { readonly fullUrl: string; readonly resource: Resource }[]
}

export type Converted = {
  readonly message: Message
  readonly messageType: string
  /** The message, or what is the matter with it; a message that is parked for a person has a fault too. */
  readonly outcome: Result<{ readonly bundle: Bundle; readonly unread: readonly string[] }, Fault>
}

const nowhere: Id = derivedId('hl7 convert', 'site')
const organisation: Id = derivedId('hl7 convert', 'organisation')

/** A feed that takes everything: any sender, any site, any processing id. */
export function openFeed(zone: string): FeedSettings {
  return feedSettingsSchema.parse({
    senders: [{ application: '*', facility: '*' }],
    zone,
    charset: null,
    authority: { namespace: 'sender' },
    sites: [{ sender: '*', facility: '*', site: nowhere }],
    ownership: {},
    processingIds: [],
    acknowledge: 'as-asked',
  })
}

/** Null where the bytes are no HL7 message. */
export function convertMessage(bytes: Uint8Array, zone: string, receivedAt: string): Converted | null {
  const settings = openFeed(zone)
  const parsed = parseMessage(Buffer.from(bytes), () => settings.charset)
  if (!parsed.ok) return null
  const message = parsed.value
  const header = readHeader(message)
  const type = messageType(header)
  const mapped = mapMessage(message, header, settings, receivedAt, { alone: true })
  if (!mapped.ok) return { message, messageType: type, outcome: mapped }
  return { message, messageType: type, outcome: bundleOf(mapped.value, receivedAt) }
}

function bundleOf(mapped: Mapped, receivedAt: string): Converted['outcome'] {
  const stamp: Stamp = { at: receivedAt, by: 'convert', origin: 'feed' }
  const ids = new Map<string, Id>()
  for (const { label, identity } of mapped.intents) ids.set(label, idOf(identity, ids))
  const joined = new Map(
    mapped.operations.flatMap((operation) =>
      operation.type === 'merge-patients' ? [[operation.from, operation.into] as const] : [],
    ),
  )
  const entry: { fullUrl: string; resource: Resource }[] = []
  for (const intent of mapped.intents) {
    if (intent.create === null) continue
    const into = ids.get(joined.get(intent.label) ?? '')
    const record = recordOf(intent, ids, into === undefined ? {} : { mergedIntoId: into }, stamp)
    if (!record.ok) return record
    const made = resourceOf(intent.module, record.value, (_, id) => `urn:uuid:${id}`)
    if (made !== null) entry.push({ fullUrl: `urn:uuid:${made.id}`, resource: made })
  }
  return ok({ bundle: { resourceType: 'Bundle', type: 'collection', entry }, unread: mapped.unread })
}

function idOf(identity: Intent['identity'], ids: ReadonlyMap<string, Id>): Id {
  if (identity.by === 'cause') {
    return derivedId('hl7', identity.cause, identity.of === null ? null : (ids.get(identity.of) ?? null))
  }
  return derivedId('hl7', 'patient', identity.identifiers[0]?.key ?? '')
}

/** The record as the door would make it. */
function recordOf(
  intent: Intent,
  ids: ReadonlyMap<string, Id>,
  more: Readonly<Record<string, unknown>>,
  stamp: Stamp,
): Result<AnyDocument, Fault> {
  const module: AnyModule = modules[intent.module satisfies ModuleName]
  const made = new Set(ids.values())
  const links = Object.fromEntries(
    Object.entries(intent.links).flatMap(([field, { label, optional }]) => {
      const id = ids.get(label)
      return id === undefined || (optional && !made.has(id)) ? [] : [[field, id] as const]
    }),
  )
  const blank: Readonly<Record<string, unknown>> = blankOf(module)
  const result = compose({
    module,
    id: ids.get(intent.label) ?? '',
    orgId: organisation,
    before: null,
    changes: { ...blank, ...intent.create, ...withoutRemovals(intent.set), ...links, ...more },
    stamp,
    sensitivities: intent.sensitivities,
    teamsOf: nobodyElses,
  })
  if (result.ok) return ok(result.body.doc)
  const place = intent.places[result.field] ?? `${intent.module} ${result.field}`
  return err({ code: 'hl7.unmapped', facts: { why: 'a value does not fit its field', place } })
}

/** A member that is stated to be empty, of a record that has nothing yet. */
function withoutRemovals(set: Intent['set']): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(set).map(([name, value]) => [
      name,
      name === 'period' && typeof value === 'object' && value !== null
        ? Object.fromEntries(Object.entries(value).filter(([, member]) => member !== null))
        : value,
    ]),
  )
}
