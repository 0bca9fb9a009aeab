import type { Json } from '#app/kernel/index.ts'
import { feedSettingsSchema, sendSchema } from '../../hl7/feed-settings.ts'
import type { FeedSettings } from '../../hl7/feed-settings.ts'
import type { FeedPage } from '../../console-api/protocol/hl7.ts'
import { ownershipOf, rowsOf } from './ownership-rows.ts'
import type { OwnershipRow } from './ownership-rows.ts'

// The settings of a feed while a person edits them, and back. Pure.

type Kept = Pick<
  FeedSettings,
  | 'zone'
  | 'charset'
  | 'processingIds'
  | 'acknowledge'
  | 'unsupported'
  | 'ownFault'
  | 'unreadable'
  | 'quietAfter'
  | 'senders'
  | 'send'
  | 'confidentiality'
  | 'codes'
>
type Strings = Readonly<Record<'namespace' | 'universalId' | 'universalIdType', string>>

export type Draft = { readonly [Name in keyof Kept]: Readonly<Kept[Name]> } & {
  readonly name: string
  readonly enabled: boolean
  readonly authority: Strings
  readonly sites: readonly { readonly sender: string; readonly facility: string; readonly site: string }[]
  readonly ownership: readonly OwnershipRow[]
  readonly replyHost: string
  readonly replyPort: number | null
  readonly replyTls: boolean
}

/** What each part of the form gets. */
export type SettingsProps = {
  readonly draft: Draft
  /** What the schema says against the draft, by the setting. */
  readonly problems: ReadonlyMap<string, string>
  onChange(change: Partial<Draft>): void
}

/** Throws where the settings are none: the server has checked them. */
export function draftOf({ name, disabledAt, settings }: FeedPage): Draft {
  const { authority, sites, ownership, replyTo, ...kept } = feedSettingsSchema.parse(settings)
  return {
    ...kept,
    name,
    enabled: disabledAt === null,
    authority: {
      namespace: authority.namespace ?? '',
      universalId: authority.universalId ?? '',
      universalIdType: authority.universalIdType ?? '',
    },
    sites,
    ownership: rowsOf(ownership),
    replyHost: replyTo?.host ?? '',
    replyPort: replyTo?.port ?? null,
    replyTls: replyTo?.tls ?? true,
  }
}

export function settingsOf(draft: Draft): Record<string, Json> {
  const { name: _, enabled: __, authority, ownership, replyHost, replyPort, replyTls, ...kept } = draft
  return {
    ...kept,
    authority: Object.fromEntries(Object.entries(authority).filter(([, value]) => value.trim() !== '')),
    ownership: ownershipOf(ownership),
    replyTo: replyHost === '' ? null : { host: replyHost, port: replyPort, tls: replyTls },
  }
}

const place = { host: 'to be named', port: 2575, to: { application: 'EHR', facility: 'HOSPITAL' } }
/** A destination as it begins; it has no host yet. */
export const newDestination: Draft['send'] = { ...sendSchema.parse(place), host: '' }

/** What the schema says against a draft, by the setting: the very schema that the server asks. */
export function problemsOf(draft: Draft): ReadonlyMap<string, string> {
  const problems = new Map<string, string>()
  if (draft.name.trim() === '') problems.set('name', 'A feed has a name.')
  const { error } = feedSettingsSchema.safeParse(settingsOf(draft))
  for (const { path, message } of error?.issues ?? []) {
    const [setting, ...place] = path.map(String)
    const row = place[0] !== undefined && /^\d+$/.test(place[0]) ? `Row ${Number(place[0]) + 1}: ` : ''
    if (setting !== undefined && !problems.has(setting)) problems.set(setting, `${row}${message}`)
  }
  return problems
}
