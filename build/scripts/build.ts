import { buildStale } from '../targets.ts'
import type { TargetName } from '../targets.ts'

// `npm run build`: bundles what changed of the client, the console and the desktop shell into dist/.

const all: readonly TargetName[] = ['client', 'console', 'desktop']
await buildStale(all, console.log)
console.log('everything in dist/ is fresh')
