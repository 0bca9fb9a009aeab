import type { Page } from 'playwright-core'

/**
 * Changes one byte in each of a replica's large pages, as a failing disk would: they hold the documents, and what
 * replication knows of them. The replica must not be open.
 */
export async function damageLargePages(page: Page): Promise<void> {
  await page.evaluate(async () => {
    for (const { name } of await indexedDB.databases()) {
      const database = await answer(indexedDB.open(name ?? ''))
      if (database.objectStoreNames.contains('pages')) {
        const pages = database.transaction('pages', 'readwrite').objectStore('pages')
        for (const key of await answer(pages.getAllKeys())) {
          const bytes = await answer<Uint8Array>(pages.get(key))
          bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1
          if (bytes.length > 10_000) await answer(pages.put(bytes, key))
        }
      }
      database.close()
    }

    function answer<Result>(request: IDBRequest<Result>): Promise<Result> {
      return new Promise((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result))
        request.addEventListener('error', () => reject(request.error ?? new Error('refused')))
      })
    }
  })
}
