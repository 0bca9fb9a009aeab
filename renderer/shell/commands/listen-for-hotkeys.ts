import type { CommandRegistry } from './command-registry.ts'
import { firesWhileTyping } from './hotkey.ts'

/** How long the second key of a sequence is waited for. */
const sequenceMilliseconds = 1200

const modifierKeys = new Set(['Shift', 'Control', 'Alt', 'Meta'])

/** Runs commands by their hotkeys; the answer stops it. Synthetic key events are not heard. */
export function listenForHotkeys(target: Document, registry: CommandRegistry): () => void {
  let held: KeyboardEvent[] = []
  let heldUntil = 0

  function onKeyDown(event: KeyboardEvent): void {
    if (!event.isTrusted || event.defaultPrevented || event.isComposing || modifierKeys.has(event.key)) return
    if (isInOverlay(event.target)) return
    if (isTyping(event.target) && !firesWhileTyping(event)) return
    if (event.timeStamp > heldUntil) held = []
    const found = registry.resolve([...held, event]) ?? registry.resolve([event])
    held = found === 'more' ? [...held, event] : []
    heldUntil = event.timeStamp + sequenceMilliseconds
    if (found === null || found === 'more') return
    event.preventDefault()
    found.run()
  }

  target.addEventListener('keydown', onKeyDown)
  return () => target.removeEventListener('keydown', onKeyDown)
}

function isTyping(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return (
    target.isContentEditable || target.matches('input:not([type=checkbox], [type=radio]), textarea, select')
  )
}

/** A dialog, a menu or an open list has its own keys, Escape above all. */
function isInOverlay(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false
  return (
    target.ariaExpanded === 'true' || target.closest('[role=dialog], [role=menu], [role=listbox]') !== null
  )
}
