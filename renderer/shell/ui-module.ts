import type { ComponentType } from 'react'
import type { Id, Role } from '#app/kernel/index.ts'
import type { ModuleName } from '#app/modules/index.ts'
import type { Presentation } from '#renderer/ui/record/presentation.ts'

/** Where a module stands in the navigation. */
export const navigationSections = ['Care', 'Business'] as const
export type NavigationSection = (typeof navigationSections)[number]

/** What a new record is to know of the page that asked for it: an id or several by field. */
export type GivenIds = Readonly<Record<string, string | readonly string[]>>

export type ModuleScreens = {
  /** `null`: its records are reached from those they belong to, and its list by the palette. */
  readonly section: NavigationSection | null
  /** The key after `g` that leads to the list, where it has one. */
  readonly key: string | null
  readonly List: ComponentType
  readonly Record: ComponentType<{ readonly id: Id }>
  readonly Create: ComponentType<{ readonly given: GivenIds }>
  readonly Edit: ComponentType<{ readonly id: Id }>
}

/** A card on the first page, for those roles whose day it helps. */
export type HomeCard = {
  readonly id: string
  readonly title: string
  readonly roles: readonly Role[]
  /** Seldom needed: it stands behind what the day is made of. */
  readonly isSeldom?: true
  readonly Card: ComponentType
}

/** The screens of one module. `null`: its records are seen on other modules' pages only. */
export type UiModule<Name extends ModuleName = ModuleName> = {
  readonly name: Name
  readonly presentation: Presentation
  readonly screens: ModuleScreens | null
  readonly home: readonly HomeCard[]
}
