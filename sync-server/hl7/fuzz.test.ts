import { expect, test } from 'vitest'
import { freshSeed, fuzz } from './testing/fuzz.ts'

// `npm run bench -- hl7-fuzz` does the same with a million.

test('10,000 damaged frames: no crash, always an answer or a close, always an end that has a name', async () => {
  const seed = freshSeed()
  process.stdout.write(`seed ${seed}\n`)
  const { ends } = await fuzz(seed, 10_000)
  expect([...ends.keys()]).toEqual(
    expect.arrayContaining(['mapped', 'hl7.required-missing', 'hl7.unsupported', 'no-header']),
  )
}, 60_000)
