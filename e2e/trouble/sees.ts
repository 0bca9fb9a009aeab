import type { Page } from 'playwright-core'
import { remedy, says } from '#app/kernel/index.ts'
import type { ErrorCode, ErrorFacts } from '#app/kernel/index.ts'

/** Waits until the page says what went wrong and what to do, in the catalogue's words. */
export async function seesFault(page: Page, code: ErrorCode, facts: ErrorFacts = {}): Promise<void> {
  const alert = page.getByRole('alert').filter({ hasText: says(code, facts) })
  await alert
    .filter({ hasText: remedy(code, facts) })
    .first()
    .waitFor({ timeout: 60_000 })
}
