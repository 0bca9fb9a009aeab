import { canonicalJson } from '#app/kernel/index.ts'
import type { Id } from '#app/kernel/index.ts'
import { textOf } from '../bare-client/load.ts'
import type { Told } from '../bare-client/told.ts'

// What the replica called saved, as it was heard before the kill; and what of it is not there afterwards. Pure.

type Saved = Extract<Told, { type: 'saved' }>

/** Of each record, how far it had come when the last word of it was heard. */
export type Journal = Map<Id, { readonly load: string; readonly writer: number; readonly number: number }>

/** Records as canonical JSON by `module/id`. */
export type Marked = readonly (readonly [key: string, json: string])[]

export type Losses = {
  /** Records, or states of them, that were called saved and are not there. */
  readonly lost: readonly string[]
  /** Records that are half one write and half another. */
  readonly torn: readonly string[]
}

const MARK = /^load (.+) writer (\d+) number (\d+)$/

export function keepInJournal(journal: Journal, { id, mark }: Saved): void {
  journal.set(id, partsOf(mark))
}

/** `loads` in the order in which they ran: a later one wrote over an earlier. */
export function lossesIn(journal: Journal, loads: readonly string[], marked: Marked): Losses {
  const held = new Map(marked.map(([key, json]) => [key.slice(key.indexOf('/') + 1), json]))
  const lost: string[] = []
  const torn: string[] = []
  for (const [id, json] of held) {
    const { subject, description } = JSON.parse(json) as { subject: string; description: string }
    if (description !== textOf(subject)) torn.push(`${id}: ${canonicalJson(subject)} is half another write`)
  }
  for (const [id, saved] of journal) {
    const json = held.get(id)
    if (json === undefined) lost.push(`${id}: gone, saved as ${nameOf(saved)}`)
    else {
      const shown = partsOf((JSON.parse(json) as { subject: string }).subject)
      if (isBefore(shown, saved, loads)) lost.push(`${id}: shows ${nameOf(shown)}, saved as ${nameOf(saved)}`)
    }
  }
  return { lost, torn }
}

type Parts = { readonly load: string; readonly writer: number; readonly number: number }

function partsOf(mark: string): Parts {
  const [, load, writer, number] = MARK.exec(mark) ?? []
  if (load === undefined) throw new Error('not the mark of a load')
  return { load, writer: Number(writer), number: Number(number) }
}

function isBefore(shown: Parts, saved: Parts, loads: readonly string[]): boolean {
  const [now, then] = [loads.indexOf(shown.load), loads.indexOf(saved.load)]
  return now < then || (now === then && shown.number < saved.number)
}

function nameOf({ load, writer, number }: Parts): string {
  return `${load}/${writer}/${number}`
}
