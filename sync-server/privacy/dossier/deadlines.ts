// When whom must be told of a breach (45 CFR 164.404 to 164.408). Days are `YYYY-MM-DD`. Pure.

const DAYS = 60
const MANY = 500

export type Deadlines = {
  /** The last day for the letters to the persons concerned; they go out without unreasonable delay. */
  readonly individuals: string
  /** The Secretary: together with the letters from 500 persons on, else within 60 days of the end of the year. */
  readonly secretary: string
  /** States with more than 500 residents concerned: prominent media there are told, within the same days. */
  readonly media: readonly string[]
  readonly isLarge: boolean
}

/** A breach counts as discovered on the first day on which anybody of the house knew, or could have known. */
export function deadlinesOf(
  discoveredOn: string,
  persons: number,
  byState: Readonly<Record<string, number>>,
): Deadlines {
  const isLarge = persons >= MANY
  const individuals = daysAfter(discoveredOn, DAYS)
  return {
    individuals,
    secretary: isLarge ? individuals : daysAfter(`${discoveredOn.slice(0, 4)}-12-31`, DAYS),
    media: Object.entries(byState)
      .filter(([, count]) => count > MANY)
      .map(([state]) => state)
      .toSorted(),
    isLarge,
  }
}

function daysAfter(day: string, days: number): string {
  return new Date(Date.parse(`${day}T00:00:00.000Z`) + days * 86_400_000).toISOString().slice(0, 10)
}
