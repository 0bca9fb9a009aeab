import type { Page } from 'playwright-core'
import { syntheticOrganisation } from '#sync-server/seed/index.ts'
import { openRecord } from '../harness/screens.ts'

// Notes about an account: the quickest writing there is, and each one a record of its own.

/** Notes that the interface called written down, and the one that was under way when something broke. */
export type NoteBook = { readonly written: string[]; readonly begun: string[] }

export function newNoteBook(): NoteBook {
  return { written: [], begun: [] }
}

/** Writes a note on the open account, and waits until the box is empty again: then it is called written down. */
export async function writeNote(page: Page, book: NoteBook, text: string): Promise<void> {
  await beginNote(page, book, text)
  await page
    .getByRole('region', { name: composer })
    .getByRole('button', { name: 'Save' })
    .waitFor({ state: 'detached' })
  book.written.push(text)
}

/** The same without the waiting. */
export async function beginNote(page: Page, book: NoteBook, text: string): Promise<void> {
  const region = page.getByRole('region', { name: composer })
  await region.getByRole('textbox', { name: composer }).fill(text)
  book.begun.push(text)
  await region.getByRole('button', { name: 'Save' }).click()
}

/** The notes on the timeline of the open account whose text begins with these words. */
export async function notesShown(page: Page, words: string): Promise<string[]> {
  const older = page.getByRole('button', { name: 'Show older ones' })
  while (await older.isVisible()) await older.click()
  const texts = await page.getByRole('region', { name: 'Timeline' }).getByText(words).allInnerTexts()
  return texts.map((text) => text.replace(/^Visit: /, '')).toSorted()
}

/** Opens always the same account, which is Ada's. */
export async function openAnAccount(page: Page): Promise<void> {
  await openRecord(page, 'Accounts', accountName())
}

const composer = 'Log a visit, call or note'

function accountName(): string {
  const options = { seed: 'rounds', today: '2026-01-01', zone: 'America/New_York' }
  const { territories, documents } = syntheticOrganisation(options)
  for (const { module, data } of documents) {
    if (module === 'accounts' && data.territoryId === territories[0].id) return data.name
  }
  throw new Error('the organisation has no account')
}
