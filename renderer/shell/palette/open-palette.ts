import { spotlight } from '@mantine/spotlight'

/** Whoever has a button for the palette opens it here. */
export function openPalette(): void {
  spotlight.open()
}
