import { build } from 'electron-builder'
import { afterPack } from '../electron/after-pack.ts'
import { buildStale, root } from '../targets.ts'

// `npm run package`: the desktop application for this machine's system, in dist/packages, as electron-builder.yml says.
// Fetches Electron's binary where it is not there yet.

await buildStale(['client', 'desktop'], console.log)
const made = await build({ projectDir: root, config: { afterPack }, publish: 'never' })
for (const file of made) console.log(file)
