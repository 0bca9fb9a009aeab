import { describe, expect, it, vi } from 'vitest'
import type { Command } from './command.ts'
import { createCommandRegistry } from './command-registry.ts'
import { firesWhileTyping, hotkeyCaps } from './hotkey.ts'
import type { KeyPress } from './hotkey.ts'

function command(id: string, hotkey?: string): Command {
  return { id, title: id, group: 'Rounds', run: () => {}, ...(hotkey === undefined ? {} : { hotkey }) }
}

function press(key: string, modifiers: Partial<KeyPress> = {}): KeyPress {
  return { key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...modifiers }
}

function idOf(found: Command | 'more' | null): string | null {
  return found === null || found === 'more' ? found : found.id
}

describe('the command registry', () => {
  it('gives a hotkey to the top of the stack, and back when that goes', () => {
    const registry = createCommandRegistry()
    registry.push({ name: 'app', modal: false, commands: [command('app.new', 'n')] })
    const leave = registry.push({ name: 'page', modal: false, commands: [command('page.new', 'n')] })
    expect(idOf(registry.resolve([press('n')]))).toBe('page.new')
    leave()
    expect(idOf(registry.resolve([press('n')]))).toBe('app.new')
  })

  it('hides what lies below a modal layer', () => {
    const registry = createCommandRegistry()
    registry.push({ name: 'app', modal: false, commands: [command('app.search', 'mod+K')] })
    registry.push({ name: 'dialog', modal: true, commands: [command('dialog.close', 'escape')] })
    expect(registry.resolve([press('k', { ctrlKey: true })])).toBeNull()
    expect(registry.listed().map(({ id }) => id)).toEqual(['dialog.close'])
  })

  it('waits for the rest of a sequence', () => {
    const registry = createCommandRegistry()
    registry.push({ name: 'app', modal: false, commands: [command('go.patients', 'g p')] })
    expect(registry.resolve([press('g')])).toBe('more')
    expect(idOf(registry.resolve([press('g'), press('p')]))).toBe('go.patients')
    expect(registry.resolve([press('g'), press('x')])).toBeNull()
  })

  it('tells modifiers apart, and signs whatever Shift they need', () => {
    const registry = createCommandRegistry()
    registry.push({ name: 'app', modal: false, commands: [command('help', '?'), command('save', 'mod+S')] })
    expect(idOf(registry.resolve([press('?', { shiftKey: true })]))).toBe('help')
    expect(idOf(registry.resolve([press('s', { metaKey: true })]))).toBe('save')
    expect(registry.resolve([press('s')])).toBeNull()
    expect(registry.resolve([press('S', { ctrlKey: true, shiftKey: true })])).toBeNull()
  })

  it('refuses one id twice in a layer, and shows an id of two layers once', () => {
    const registry = createCommandRegistry()
    const twice = { name: 'app', modal: false, commands: [command('a'), command('a')] }
    expect(() => registry.push(twice)).toThrow('stands twice')
    registry.push({
      name: 'app',
      modal: false,
      commands: [command('a'), { ...command('b'), unlisted: true }],
    })
    registry.push({ name: 'page', modal: false, commands: [command('a')] })
    expect(registry.listed().map(({ id }) => id)).toEqual(['a'])
  })

  it('tells its listeners', () => {
    const registry = createCommandRegistry()
    const listener = vi.fn()
    const stop = registry.subscribe(listener)
    registry.push({ name: 'app', modal: false, commands: [] })()
    expect(listener).toHaveBeenCalledTimes(2)
    stop()
    registry.push({ name: 'app', modal: false, commands: [] })
    expect(listener).toHaveBeenCalledTimes(2)
  })
})

describe('hotkeys as people read them', () => {
  it('prints the caps of the keyboard at hand', () => {
    expect(hotkeyCaps('mod+K', false)).toEqual([['Ctrl', 'K']])
    expect(hotkeyCaps('mod+K', true)).toEqual([['⌘', 'K']])
    expect(hotkeyCaps('g p', false)).toEqual([['G'], ['P']])
    expect(hotkeyCaps('escape', false)).toEqual([['Esc']])
  })

  it('lets people type letters', () => {
    expect(firesWhileTyping(press('n'))).toBe(false)
    expect(firesWhileTyping(press('k', { ctrlKey: true }))).toBe(true)
    expect(firesWhileTyping(press('Escape'))).toBe(true)
  })
})
