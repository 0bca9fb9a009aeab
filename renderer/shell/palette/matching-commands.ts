import { folded } from '#app/values/index.ts'
import type { Command } from '../commands/command.ts'

/** The commands whose title or keywords hold every word typed. */
export function matchingCommands(commands: readonly Command[], query: string): readonly Command[] {
  const words = folded(query).split(' ').filter(Boolean)
  return commands.filter((command) => {
    const text = folded(`${command.title} ${command.keywords ?? ''} ${command.group}`)
    return words.every((word) => text.includes(word))
  })
}
