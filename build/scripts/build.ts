import { buildStale } from '../targets.ts'
import type { TargetName } from '../targets.ts'

// `npm run build`: bundles what changed of the client and the desktop shell into dist/.

const all: readonly TargetName[] = ['client', 'desktop']
await buildStale(all, console.log)
console.log('everything in dist/ is fresh')
