// Hotkeys as text: `mod+K` is Ctrl, or Command on a Mac; `g p` is a sequence of two keys.

export type Stroke = {
  readonly key: string
  readonly mod: boolean
  readonly alt: boolean
  /** Undefined for signs such as `?`, which need Shift on some keyboards and not on others. */
  readonly shift: boolean | undefined
}

export type KeyPress = {
  readonly key: string
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
  readonly shiftKey: boolean
}

export function parseHotkey(text: string): readonly Stroke[] {
  return text.split(' ').map(parseStroke)
}

function parseStroke(text: string): Stroke {
  const parts = text.toLowerCase().split('+')
  const key = parts.at(-1) ?? ''
  const named = (modifier: string) => parts.slice(0, -1).includes(modifier)
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase()
  return { key, mod: named('mod'), alt: named('alt'), shift: isSign ? undefined : named('shift') }
}

export function strokeMatches(stroke: Stroke, press: KeyPress): boolean {
  return (
    stroke.key === press.key.toLowerCase() &&
    stroke.mod === (press.ctrlKey || press.metaKey) &&
    stroke.alt === press.altKey &&
    (stroke.shift === undefined || stroke.shift === press.shiftKey)
  )
}

/** Whether a press may be a hotkey while a person types: only with a modifier, or Escape. */
export function firesWhileTyping(press: KeyPress): boolean {
  return press.key === 'Escape' || press.ctrlKey || press.metaKey
}

const signs: Readonly<Record<string, string>> = {
  escape: 'Esc',
  enter: '↵',
  arrowup: '↑',
  arrowdown: '↓',
  arrowleft: '←',
  arrowright: '→',
}

/** The keys of a hotkey as they are printed on keyboards: `[['Ctrl', 'K']]`, `[['G'], ['P']]`. */
export function hotkeyCaps(text: string, isMac: boolean): readonly (readonly string[])[] {
  return parseHotkey(text).map((stroke) => {
    const modifiers = [
      ...(stroke.mod ? [isMac ? '⌘' : 'Ctrl'] : []),
      ...(stroke.alt ? [isMac ? '⌥' : 'Alt'] : []),
      ...(stroke.shift === true ? ['Shift'] : []),
    ]
    return [...modifiers, signs[stroke.key] ?? stroke.key.toUpperCase()]
  })
}
