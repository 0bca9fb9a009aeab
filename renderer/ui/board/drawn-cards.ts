/** How many cards of a column are drawn, and how many more at a time. */
export const STEP = 20

/** The first cards of a column; and the one that was moved, wherever it lies, since the focus is on it. */
export function drawnCards<Card extends { readonly id: string }>(
  cards: readonly Card[],
  most: number,
  movedId: string | undefined,
): readonly Card[] {
  if (cards.length <= most) return cards
  return cards.filter(({ id }, at) => at < most || id === movedId)
}
