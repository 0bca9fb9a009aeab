import type { Command, CommandLayer } from './command.ts'
import { parseHotkey, strokeMatches } from './hotkey.ts'
import type { KeyPress } from './hotkey.ts'

export type CommandRegistry = {
  /** Puts a layer on top of the stack; the answer takes it off again. Two commands of one id in a layer throw. */
  push(layer: CommandLayer): () => void
  /** From the top of the stack down to, and with, the first modal layer. */
  active(): readonly Command[]
  /** Everything but what only a hotkey reaches, the top of the stack first; an id shows once. */
  listed(): readonly Command[]
  /** Finds what these presses mean; a longer sequence that begins like this answers `more`. */
  resolve(presses: readonly KeyPress[]): Command | 'more' | null
  subscribe(listener: () => void): () => void
}

export function createCommandRegistry(): CommandRegistry {
  let layers: readonly CommandLayer[] = []
  let active: readonly Command[] = []
  const listeners = new Set<() => void>()

  function replace(next: readonly CommandLayer[]): void {
    layers = next
    active = activeOf(layers)
    for (const listener of listeners) listener()
  }

  return {
    push(layer) {
      refuseDuplicates(layer)
      replace([...layers, layer])
      return () => replace(layers.filter((candidate) => candidate !== layer))
    },
    active: () => active,
    listed: () => active.filter((command) => command.unlisted !== true),
    resolve: (presses) => resolveHotkey(active, presses),
    subscribe(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

function activeOf(layers: readonly CommandLayer[]): readonly Command[] {
  const found = new Map<string, Command>()
  for (const layer of layers.toReversed()) {
    for (const command of layer.commands) if (!found.has(command.id)) found.set(command.id, command)
    if (layer.modal) break
  }
  return [...found.values()]
}

function resolveHotkey(commands: readonly Command[], presses: readonly KeyPress[]): Command | 'more' | null {
  let longer = false
  for (const command of commands) {
    if (command.hotkey === undefined) continue
    const strokes = parseHotkey(command.hotkey)
    if (strokes.length < presses.length) continue
    const begins = presses.every((press, at) => {
      const stroke = strokes[at]
      return stroke !== undefined && strokeMatches(stroke, press)
    })
    if (!begins) continue
    if (strokes.length === presses.length) return command
    longer = true
  }
  return longer ? 'more' : null
}

function refuseDuplicates(layer: CommandLayer): void {
  const ids = new Set<string>()
  for (const { id } of layer.commands) {
    if (ids.has(id)) throw new Error(`the command ${id} stands twice in the layer ${layer.name}`)
    ids.add(id)
  }
}
