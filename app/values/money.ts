import { z } from 'zod'

const currencies: ReadonlySet<string> = new Set(Intl.supportedValuesOf('currency'))

/** A currency by its ISO 4217 code. */
export const currencySchema = z
  .string()
  .max(3)
  .refine((code) => currencies.has(code), 'Must be a currency code such as USD.')

/** An amount in the smallest unit of its currency (cents): exact, never a fraction. */
export const moneySchema = z.strictObject({ minor: z.int(), currency: currencySchema })
export type Money = z.infer<typeof moneySchema>

/** How many decimals the currency is written with (USD 2, JPY 0, KWD 3). */
export function minorDigits(currency: string): number {
  const options = new Intl.NumberFormat('en', { style: 'currency', currency }).resolvedOptions()
  return options.maximumFractionDigits ?? 2
}

/** The amount as people of a locale write it. */
export function moneyText(money: Money, locale?: string): string {
  const amount = money.minor / 10 ** minorDigits(money.currency)
  return new Intl.NumberFormat(locale, { style: 'currency', currency: money.currency }).format(amount)
}

/** Sums by currency: amounts of different currencies do not add up. */
export function sumByCurrency(amounts: Iterable<Money>): ReadonlyMap<string, Money> {
  const sums = new Map<string, Money>()
  for (const { minor, currency } of amounts) {
    sums.set(currency, { minor: (sums.get(currency)?.minor ?? 0) + minor, currency })
  }
  return sums
}
