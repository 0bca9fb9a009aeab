/**
 * What an index sorts a field's value by: text by itself, a zoned time by its local time, a reference by its id.
 * Undefined: the document has no place in the index.
 */
export function indexKey(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value !== 'object' || value === null) return undefined
  if ('local' in value && typeof value.local === 'string') return value.local
  if ('id' in value && typeof value.id === 'string') return value.id
  return undefined
}
