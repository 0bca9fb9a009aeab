const units = ['kilobyte', 'megabyte', 'gigabyte'] as const

/** Bytes as people say them: `840 kB`, `2.4 MB`. */
export function size(bytes: number): string {
  if (bytes < 1000) return `${bytes} bytes`
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3))
  const value = bytes / 1000 ** power
  const digits = value < 10 && power > 1 ? 1 : 0
  return new Intl.NumberFormat('en-US', {
    style: 'unit',
    unit: units[power - 1] ?? 'gigabyte',
    maximumFractionDigits: digits,
  }).format(value)
}
