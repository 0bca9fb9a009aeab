import { describe, expect, it } from 'vitest'
import { answerFor } from './answer-for.ts'

const scope = 'http://127.0.0.1:7400/'
const assets = new Set(['assets/index-1a2b.js', 'icon.svg'])

function answer(path: string, rest: { method?: string; navigates?: boolean } = {}) {
  const asked = { method: 'GET', navigates: false, url: new URL(path, scope).href, ...rest }
  return answerFor(asked, scope, assets)
}

describe('what the service worker answers', () => {
  it('serves the page and the assets of its own build', () => {
    expect(answer('/', { navigates: true })).toBe('page')
    expect(answer('/index.html', { navigates: true })).toBe('page')
    expect(answer('/assets/index-1a2b.js')).toBe('asset')
  })

  it('never touches the wire, the console or health checks', () => {
    for (const path of [
      '/sync/pull',
      '/sync/stream',
      '/healthz',
      '/readyz',
      '/console/assets/index-1a2b.js',
    ]) {
      expect(answer(path)).toBe('network')
    }
    expect(answer('/console', { navigates: true })).toBe('network')
    expect(answer('/', { method: 'POST' })).toBe('network')
    expect(answer('https://elsewhere.example/assets/index-1a2b.js')).toBe('network')
  })

  it('leaves assets of another build to the network', () => {
    expect(answer('/assets/index-9z9z.js')).toBe('network')
  })
})
