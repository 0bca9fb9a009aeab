import { writeFile } from 'node:fs/promises'
import { fieldRulesDocument } from '#app/field-rules/document.ts'

// `npm run field-rules`: writes docs/field-rules.md from the modules.

await writeFile(new URL('../../docs/field-rules.md', import.meta.url), fieldRulesDocument())
