import type { HostBridge } from '#app/host/index.ts'

/**
 * The browser host keeps the client's code by a service worker, so that it opens with the server stopped. Called before
 * anybody has unlocked: a new version that waits takes over here, where nothing is open, and the page starts again in it.
 */
export async function keepCodeForOffline(host: HostBridge): Promise<void> {
  if (!import.meta.env.PROD || !('serviceWorker' in navigator)) return
  const { kind } = await host.call('info', {})
  if (kind !== 'browser') return
  const { serviceWorker } = navigator
  const registration = await serviceWorker.register('./service-worker.js').catch(() => undefined)
  if (registration?.waiting === null || registration === undefined || serviceWorker.controller === null)
    return
  serviceWorker.addEventListener('controllerchange', () => location.reload(), { once: true })
  registration.waiting.postMessage('take-over')
}
