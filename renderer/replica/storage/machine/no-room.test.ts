import { describe, expect, test } from 'vitest'
import { AppError } from '#app/kernel/index.ts'
import { inWords } from './no-room.ts'

const quota = new DOMException('no room', 'QuotaExceededError')

describe('a disk without room', () => {
  test.each([
    ['as the browser says it', quota],
    ['as Dexie hands it on', Object.assign(new Error('AbortError'), { inner: quota })],
    ['as the cause of something', new Error('aborted', { cause: quota })],
  ])("is told in the catalogue's words: %s", (_how, failure) => {
    expect(inWords(failure)).toMatchObject({ code: 'replica.write-failed', cause: failure })
  })

  test.each([
    ['another failure', new Error('something else')],
    ['a failure in words', new AppError('replica.passphrase')],
    ['no failure at all', undefined],
  ])('is not what %s is taken for', (_what, failure) => {
    expect(inWords(failure)).toBe(failure)
  })
})
