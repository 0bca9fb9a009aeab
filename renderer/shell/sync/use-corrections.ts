import { useState } from 'react'
import type { Id } from '#app/kernel/index.ts'

type Values = Readonly<Record<string, unknown>>

export type Corrections = {
  of(entry: Id): Values
  set(entry: Id, field: string, value: unknown): void
}

const none: Values = {}

/** What was typed into refused edits: kept above the list, which draws only those in sight. */
export function useCorrections(): Corrections {
  const [corrections, setCorrections] = useState<ReadonlyMap<Id, Values>>(new Map())
  return {
    of: (entry) => corrections.get(entry) ?? none,
    set: (entry, field, value) =>
      setCorrections((old) => new Map(old).set(entry, { ...old.get(entry), [field]: value })),
  }
}
