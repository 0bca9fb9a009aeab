// Places in a message as the server names them: `PID-3[2].4`, `OBX[2]-5`. Pure.

/** Whether a node lies at the place that a reason names, or below it. */
export function isAt(node: string, place: string): boolean {
  return place !== '' && (node === place || node.startsWith(`${place}.`) || node.startsWith(`${place}[`))
}

/** `OBX[2]` of `OBX[2]-5`; a reason may name a segment alone. */
export function segmentOf(place: string): string {
  return place.split('-')[0] ?? ''
}

/** The index of the line that holds a place; -1 where none does. */
export function lineOf(lines: readonly string[], place: string): number {
  const [, name = '', occurrence = '1'] = /^([A-Z][A-Z0-9]{2})(?:\[(\d+)\])?/.exec(place) ?? []
  if (name === '') return -1
  const own = lines.flatMap((line, index) => (line.startsWith(name) ? [index] : []))
  return own[Number(occurrence) - 1] ?? -1
}
