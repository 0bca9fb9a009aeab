import type { Locator, Page } from 'playwright-core'

// What a person does with the screens, by what they read on them.

/** Goes to a module by the navigation: `Cases`. */
export async function openModule(page: Page, many: string): Promise<void> {
  await page.getByRole('navigation', { name: 'Main' }).getByRole('link', { name: many, exact: true }).click()
  await page.getByRole('heading', { level: 1, name: many }).waitFor()
}

/** The row of a module's list that shows all these words; the list is filtered by the first. */
export async function findRow(
  page: Page,
  many: string,
  ...words: readonly [string, ...string[]]
): Promise<Locator> {
  await openModule(page, many)
  await page.getByLabel(`Filter ${many.toLowerCase()}`).fill(words[0])
  let row = page.getByRole('row')
  for (const word of words) row = row.filter({ hasText: word })
  await row.first().waitFor()
  return row.first()
}

export async function openRecord(page: Page, many: string, words: string): Promise<void> {
  await (await findRow(page, many, words)).click()
  await page.locator('[data-record]').waitFor()
}

/** Edits the open record: texts by the labels of their fields. */
export async function editRecord(page: Page, changes: Readonly<Record<string, string>>): Promise<void> {
  await page.getByRole('button', { name: 'Edit', exact: true }).click()
  for (const [label, text] of Object.entries(changes))
    await page.getByRole('textbox', { name: label, exact: true }).fill(text)
  await page.getByRole('button', { name: 'Save', exact: true }).click()
  await page.locator('[data-record]').waitFor()
}

/** Makes a record; choices are picked by their words. */
export async function createRecord(
  page: Page,
  many: string,
  one: string,
  {
    texts,
    choices = {},
  }: {
    readonly texts: Readonly<Record<string, string>>
    readonly choices?: Readonly<Record<string, string>>
  },
): Promise<void> {
  await openModule(page, many)
  await page.getByRole('button', { name: `New ${one}` }).click()
  for (const [label, text] of Object.entries(texts))
    await page.getByRole('textbox', { name: label, exact: true }).fill(text)
  for (const [label, option] of Object.entries(choices)) await choose(page, label, option)
  await page.getByRole('button', { name: `Save ${one}` }).click()
  await page.locator('[data-record]').waitFor()
}

export async function choose(page: Page, label: string, option: string): Promise<void> {
  await page.getByRole('combobox', { name: label, exact: true }).click()
  await page.getByRole('option', { name: option, exact: true }).click()
}
