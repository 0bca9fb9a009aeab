import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { launchBrowser } from '../browser.ts'
import { root } from '../targets.ts'

// Draws build/icons/icon.png from the client's mark: electron-builder makes the other formats from it. To be run by hand
// when the mark changes: `node build/run.js build/scripts/icons.ts`.

const SIZE = 1024

const mark = await readFile(join(root, 'renderer/styles/mark.svg'), 'utf8')
const browser = await launchBrowser()
const page = await browser.newPage({ viewport: { width: SIZE, height: SIZE } })
await page.setContent(`<style>body { margin: 0 } svg { display: block; width: ${SIZE}px }</style>${mark}`)
await page.screenshot({ path: join(root, 'build/icons/icon.png'), omitBackground: true })
await browser.close()
console.log('drew build/icons/icon.png')
