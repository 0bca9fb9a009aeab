import { writeFile } from 'node:fs/promises'
import { accessMatrixDocument } from '#app/access-matrix/document.ts'

// `npm run access-matrix`: writes docs/access-matrix.md from the modules.

await writeFile(new URL('../../docs/access-matrix.md', import.meta.url), accessMatrixDocument())
