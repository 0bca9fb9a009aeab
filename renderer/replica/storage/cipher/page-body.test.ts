import fc from 'fast-check'
import { expect, test } from 'vitest'
import { contentAt, packBody, readBody } from './page-body.ts'
import type { PageBody, PageEntry } from './page-body.ts'
import { FORMAT } from './page-format.ts'

const decoder = new TextDecoder('utf-8', { fatal: true })
/** Letters of few kinds, so that texts have much in common; pairs of code units among them, which share a first or a last half. */
const text = fc.array(fc.constantFrom('a', 'b', '\u00e9', '\u{1f600}', '\u{1f601}', '\u{1f200}'), {
  maxLength: 8,
})
const texts = fc.array(
  text.map((letters) => letters.join('')),
  { minLength: 1 },
)

function entriesOf(contents: readonly string[], over?: number): PageEntry[] {
  return contents.map((content, at) => ({ id: `n${at}`, order: at + 9, content, local: true, over }))
}

function read({ packed }: PageBody): PageBody {
  return readBody(FORMAT, packed) as PageBody
}

function contentsOf(body: PageBody): string[] {
  return body.ids.map((_, at) => decoder.decode(contentAt(body, at)))
}

test('documents and edits are read as they were written, whatever they have in common', () => {
  fc.assert(
    fc.property(texts, fc.constantFrom(undefined, 3), (contents, over) => {
      const body = packBody(entriesOf(contents, over))
      expect(contentsOf(body)).toEqual(contents)
      expect(contentsOf(read(body))).toEqual(contents)
    }),
  )
})

test('edits that are read out of one page and put into another have as much in common there', () => {
  const contents = Array.from({ length: 9 }, (_, at) => `{"by":"the same","note":"${at}"}\n{"all":"alike"}`)
  const body = packBody(entriesOf(contents, 3))
  const again = packBody(
    entriesOf(contents, 3).map((entry, at) => ({ ...entry, content: contentAt(body, at) })),
  )
  expect(again.packed).toEqual(body.packed)
  expect(body.bytes.length).toBe(9 + (contents[0] ?? '').length - 1)
})
