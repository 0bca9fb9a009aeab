/** `1 record`, `1,500 records`. */
export function countText(count: number, one: string, many: string, locale?: string): string {
  return `${new Intl.NumberFormat(locale).format(count)} ${count === 1 ? one : many}`
}
