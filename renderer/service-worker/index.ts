import { answerFor } from './answer-for.ts'

// Keeps the client's code on this machine, so that Rounds opens with the server stopped. It never sees a record: what
// goes to /sync and comes from it passes by untouched.

declare const self: ServiceWorkerGlobalScope

// The build writes both (build/vite/service-worker-assets.ts).
declare const __ROUNDS_VERSION__: string
declare const __ROUNDS_ASSETS__: readonly string[]

const cacheName = `rounds-code-${__ROUNDS_VERSION__}`
const assets = new Set(__ROUNDS_ASSETS__)

self.addEventListener('install', (event) => event.waitUntil(keepThisBuild()))
self.addEventListener('activate', (event) => event.waitUntil(dropOtherBuilds()))

// The page asks for the change of version when it holds nothing open: on the lock screen.
self.addEventListener('message', (event) => {
  if (event.data === 'take-over') event.waitUntil(self.skipWaiting())
})

self.addEventListener('fetch', (event) => {
  const { method, url, mode } = event.request
  const answer = answerFor({ method, url, navigates: mode === 'navigate' }, self.registration.scope, assets)
  if (answer === 'network') return
  event.respondWith(fromCache(answer === 'page' ? self.registration.scope : event.request))
})

/** The page is kept with its headers: the nonce in its markup and the one in its policy belong together. */
async function keepThisBuild(): Promise<void> {
  const cache = await caches.open(cacheName)
  const urls = ['', ...assets].map((path) => new URL(path, self.registration.scope).href)
  await cache.addAll(urls.map((url) => new Request(url, { cache: 'reload' })))
}

async function dropOtherBuilds(): Promise<void> {
  const names = await caches.keys()
  const stale = names.filter((name) => name.startsWith('rounds-code-') && name !== cacheName)
  await Promise.all(stale.map((name) => caches.delete(name)))
  await self.clients.claim()
}

async function fromCache(request: Request | string): Promise<Response> {
  const cache = await caches.open(cacheName)
  return (await cache.match(request)) ?? fetch(request)
}
