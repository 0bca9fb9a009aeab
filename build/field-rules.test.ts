import { readFile } from 'node:fs/promises'
import { expect, it } from 'vitest'
import { fieldRulesDocument } from '#app/field-rules/document.ts'

it('what must fit together stands in docs/field-rules.md as the modules have it (npm run field-rules)', async () => {
  const file = await readFile(new URL('../docs/field-rules.md', import.meta.url), 'utf8')
  expect(file).toBe(fieldRulesDocument())
})
