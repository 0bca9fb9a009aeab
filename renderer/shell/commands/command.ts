import type { Icon } from '@tabler/icons-react'

/** Something a person can do. Palette, menus, hotkeys and the `?` map all derive from it. */
export type Command = {
  readonly id: string
  readonly title: string
  readonly group: CommandGroup
  /** As `hotkey.ts` reads it: `mod+K`, `shift+?`, or a sequence such as `g p`. */
  readonly hotkey?: string
  readonly icon?: Icon
  /** More words that find it in the palette. */
  readonly keywords?: string
  /** Works by its hotkey only; the palette would only list itself. */
  readonly unlisted?: boolean
  run(): void
}

export const commandGroups = ['This page', 'Create', 'Go to', 'Rounds'] as const
export type CommandGroup = (typeof commandGroups)[number]

/**
 * One place on the focus stack: the application, a page on it, a dialog on that. A `modal` layer hides the hotkeys of
 * all layers below it.
 */
export type CommandLayer = {
  readonly name: string
  readonly modal: boolean
  readonly commands: readonly Command[]
}
