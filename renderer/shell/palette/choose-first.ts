import { useLayoutEffect } from 'react'
import { paletteStore } from './open-palette.ts'

/**
 * Keeps a line chosen. Spotlight chooses the first when something is typed; what is found after that takes the chosen line
 * away, and Enter would do nothing.
 */
export function useFirstChosen(): void {
  useLayoutEffect(() => {
    const { listId } = paletteStore.getState()
    const list = listId === '' ? null : document.getElementById(listId)
    if (list === null || list.querySelector('[data-selected]') !== null) return
    list.querySelector('[data-action]')?.setAttribute('data-selected', 'true')
    paletteStore.updateState((state) => ({ ...state, selected: 0 }))
  })
}
