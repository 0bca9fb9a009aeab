import { describe, expect, it } from 'vitest'
import type { Command } from '../commands/command.ts'
import { matchingCommands } from './matching-commands.ts'

const commands: readonly Command[] = [
  { id: 'patients.new', title: 'New patient', group: 'Create', run: () => {} },
  { id: 'record.remove', title: 'Remove this case', group: 'This page', keywords: 'delete', run: () => {} },
]

function ids(query: string) {
  return matchingCommands(commands, query).map(({ id }) => id)
}

describe('commands in the palette', () => {
  it('are found by words in any order, and by other words for the same', () => {
    expect(ids('patient new')).toEqual(['patients.new'])
    expect(ids('DELETE')).toEqual(['record.remove'])
    expect(ids('create')).toEqual(['patients.new'])
  })

  it('are all shown while nothing is typed', () => {
    expect(ids('  ')).toHaveLength(2)
    expect(ids('patient xyz')).toEqual([])
  })
})
