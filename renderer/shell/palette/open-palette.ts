import { createSpotlight } from '@mantine/spotlight'
import type { SpotlightStore } from '@mantine/spotlight'

const [store, palette] = createSpotlight()

/** What the palette shows and which line is chosen. */
export const paletteStore: SpotlightStore = store

/** Whoever has a button for the palette opens it here. */
export function openPalette(): void {
  palette.open()
}
