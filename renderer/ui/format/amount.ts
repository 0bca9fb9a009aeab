import { minorDigits } from '#app/values/index.ts'
import type { Money } from '#app/values/index.ts'

/** An amount in a list or on a card: no decimals where there is nothing behind the point. */
export function amountText({ minor, currency }: Money, locale?: string): string {
  const options = { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' } as const
  return new Intl.NumberFormat(locale, options).format(minor / 10 ** minorDigits(currency))
}
