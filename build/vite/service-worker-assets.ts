import { createHash } from 'node:crypto'
import type { Plugin } from 'vite'

const workerFile = 'service-worker.js'

/**
 * Tells the service worker which files this build is made of, and a version that changes with any of them. It runs after
 * the bundle is complete, since the names of assets hold their hashes.
 */
export function serviceWorkerAssets(): Plugin {
  return {
    name: 'rounds-service-worker-assets',
    apply: 'build',
    enforce: 'post',
    generateBundle: {
      order: 'post',
      handler(_options, bundle) {
        const worker = bundle[workerFile]
        if (worker?.type !== 'chunk') throw new Error(`the build has no ${workerFile}`)
        const page = bundle['index.html']
        if (page?.type !== 'asset') throw new Error('the build has no index.html')
        const assets = Object.keys(bundle)
          .filter((name) => name !== workerFile && name !== 'index.html')
          .toSorted()
        // The page's own text counts too: it may change while the names of all assets stay.
        const version = createHash('sha256')
          .update(JSON.stringify(assets))
          .update(page.source)
          .digest('hex')
          .slice(0, 16)
        worker.code = worker.code
          .replaceAll('__ROUNDS_VERSION__', JSON.stringify(version))
          .replaceAll('__ROUNDS_ASSETS__', JSON.stringify(assets))
      },
    },
  }
}
