import type { Id, Json } from '#app/kernel/index.ts'

// What the privacy office keeps of a matter: opened, decided and signed by people. Papers change by being signed and are
// never removed; each change is told by the audit.

export const paperKinds = [
  'emergency',
  'emergency-set',
  'activity-review',
  'dossier',
  'amendment',
  'hold',
  'erasure',
  'region',
  'mark',
  'release',
] as const
export type PaperKind = (typeof paperKinds)[number]

/** All but ids, kind and time is sealed. */
export type Paper = {
  readonly id: Id
  readonly kind: PaperKind
  /** A patient, a device, a site: whatever it is about, by its opaque id. */
  readonly about: Id
  readonly at: string
  readonly content: Json
}

export type PaperStore = {
  /** By id: adds it, or replaces it as a whole. */
  savePaper(paper: Paper): Promise<void>
  paper(id: Id): Promise<Paper | null>
  /** The latest first; all, or those about one of these. */
  papers(kind: PaperKind, abouts?: readonly Id[]): Promise<readonly Paper[]>
}
