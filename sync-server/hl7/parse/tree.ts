import { fieldName } from './field-names.ts'
import { partsOf, textOf } from './message.ts'
import type { Message, Part } from './message.ts'

/** A part for people: its text where it has no parts of its own, else those that say something. */
export type TreeNode = {
  /** `PID-3[2].4`: as the rest of Rounds names places. */
  readonly place: string
  /** Of a field, as the standard calls it; `''` where it does not, and below a field. */
  readonly name: string
  readonly text: string
  readonly parts: readonly TreeNode[]
}
export type MessageTree = readonly { readonly segment: string; readonly fields: readonly TreeNode[] }[]

/** The whole message, for the page where a person reads it. Places without content are left out. */
export function messageTree(message: Message): MessageTree {
  return message.segments.map((segment) => {
    const name = segment.occurrence === 1 ? segment.name : `${segment.name}[${segment.occurrence}]`
    const fields = partsOf(segment)
      .slice(1)
      .flatMap((field, index) => {
        const called = fieldName(segment.name, index + 1)
        return repetitionNodes(field, `${name}-${index + 1}`).map((node) => ({ ...node, name: called }))
      })
    return { segment: name, fields }
  })
}

function repetitionNodes(field: Part, place: string): TreeNode[] {
  const repetitions = partsOf(field)
  return repetitions.flatMap((repetition, index) =>
    nodes(repetition, repetitions.length === 1 ? place : `${place}[${index + 1}]`),
  )
}

function nodes(part: Part, place: string): TreeNode[] {
  if (part.end === part.start) return []
  const below = part.level === 'subcomponent' ? [] : partsOf(part)
  const parts = below.length < 2 ? [] : below.flatMap((one, index) => nodes(one, `${place}.${index + 1}`))
  return [{ place, name: '', text: textOf(part), parts }]
}
