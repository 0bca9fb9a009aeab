import { Dexie } from 'dexie'
import { IDBFactory, IDBKeyRange } from 'fake-indexeddb'
import { beforeEach, describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { HostEvent } from '#app/host/index.ts'
import { base64Of, bytesOf } from '#app/kernel/base64.ts'
import type { WrappedDeviceKey } from './device-key.ts'
import { browserHost } from './browser-host.ts'
import type { BrowserHost, HostKeys } from './browser-host.ts'
import { openDeviceVault } from './device-vault.ts'
import type { Page } from './page.ts'

const replicaId = newId()
const input = base64Of(new TextEncoder().encode('stretched'))

let factory: { indexedDB: IDBFactory; IDBKeyRange: typeof IDBKeyRange }
let machine: BrowserHost

/** A page without a browser: keeps what it was asked for. */
function pageOf(asked: string[], network: ((online: boolean) => void)[] = []): Page {
  return {
    platform: 'test',
    saveFile: ({ name }) => void asked.push(`save ${name}`),
    openFile: async (accept) => ({ name: accept.join(), bytes: Uint8Array.of(1) }),
    notify: ({ title }) => void asked.push(`notify ${title}`),
    openTab: (address) => void asked.push(`open ${address}`),
    print: () => void asked.push('print'),
    keepStorage: () => void asked.push('keep storage'),
    onNetwork(listener) {
      network.push(listener)
      return () => void network.splice(network.indexOf(listener), 1)
    },
    leave: () => void asked.push('leave'),
  }
}

function start(page: Page = pageOf([])): BrowserHost {
  return browserHost({ vault: openDeviceVault(factory), page, version: '1.2.3' })
}

async function replicaKeys(): Promise<HostKeys & { close(): void }> {
  const algorithm = { name: 'AES-GCM', length: 256 }
  let key: CryptoKey | null = await crypto.subtle.generateKey(algorithm, false, ['wrapKey', 'unwrapKey'])
  return { replicaId, hostKey: () => key, close: () => void (key = null) }
}

beforeEach(() => {
  factory = { indexedDB: new IDBFactory(), IDBKeyRange }
  machine = start()
})

describe('the device secret', () => {
  test('binds alike after a restart, and for its own replica and purpose only', async () => {
    const bind = (host: BrowserHost, id: string, purpose: 'kek' | 'device-key') =>
      host.bridge.call('bindKey', { replicaId: id, purpose, input })
    const first = await bind(machine, replicaId, 'kek')
    expect(await bind(start(), replicaId, 'kek')).toEqual(first)
    expect(await bind(machine, replicaId, 'device-key')).not.toEqual(first)
    expect(await bind(machine, newId(), 'kek')).not.toEqual(first)
    expect(bytesOf(first.output)).toHaveLength(32)
  })

  test('is one, however many ask for it first', async () => {
    const asked = await Promise.all(
      Array.from({ length: 8 }, () => start().bridge.call('bindKey', { replicaId, purpose: 'kek', input })),
    )
    expect(new Set(asked.map(({ output }) => output)).size).toBe(1)
  })

  test('is known of the replicas that have one, and none is made by asking', async () => {
    const knows = async (id: string) => (await machine.bridge.call('knows', { replicaId: id })).knows
    const strange = newId()
    await machine.bridge.call('bindKey', { replicaId, purpose: 'kek', input })
    expect([await knows(replicaId), await knows(strange), await knows(strange)]).toEqual([true, false, false])
  })

  test('is another one once the replica was forgotten', async () => {
    const first = await machine.bridge.call('bindKey', { replicaId, purpose: 'kek', input })
    await machine.bridge.call('forget', { replicaId })
    expect(await machine.bridge.call('bindKey', { replicaId, purpose: 'kek', input })).not.toEqual(first)
  })
})

describe('the device key', () => {
  test('signs what its public half verifies, also after a restart', async () => {
    const keys = await replicaKeys()
    machine.attach(keys)
    const { publicKey } = await machine.bridge.call('deviceKey', { replicaId })
    const again = start()
    again.attach(keys)
    expect(await again.bridge.call('deviceKey', { replicaId })).toEqual({ publicKey })
    const { signature } = await again.bridge.call('sign', { replicaId, text: 'a challenge' })
    const key = await crypto.subtle.importKey('raw', bytesOf(publicKey), 'Ed25519', false, ['verify'])
    const verify = (text: string) =>
      crypto.subtle.verify('Ed25519', key, bytesOf(signature), new TextEncoder().encode(text))
    expect(await verify('a challenge')).toBe(true)
    expect(await verify('another')).toBe(false)
  })

  test('signs only while the replica is open', async () => {
    const sign = () => machine.bridge.call('sign', { replicaId, text: 'a challenge' })
    await expect(sign()).rejects.toMatchObject({ code: 'replica.locked' })
    const keys = await replicaKeys()
    machine.attach(keys)
    await sign()
    keys.close()
    await expect(sign()).rejects.toMatchObject({ code: 'replica.locked' })
    machine.attach(await replicaKeys())
    await expect(sign()).rejects.toMatchObject({ code: 'access.signature' })
  })

  test('lies sealed in the browser: no private key and no CryptoKey', async () => {
    machine.attach(await replicaKeys())
    await machine.bridge.call('deviceKey', { replicaId })
    const database = await new Dexie('rounds-host', factory).open()
    const entries: { deviceKey: WrappedDeviceKey }[] = await database.table('devices').toArray()
    database.close()
    const bytes: unknown = expect.any(Uint8Array)
    expect(entries).toEqual([
      { replicaId, deviceSecret: bytes, deviceKey: { nonce: bytes, wrapped: bytes, publicKey: bytes } },
    ])
    // How every Ed25519 private key begins in PKCS #8 (RFC 8410).
    const prefix = Buffer.from('302e020100300506032b657004220420', 'hex')
    expect(entries.every(({ deviceKey }) => !Buffer.from(deviceKey.wrapped).includes(prefix))).toBe(true)
  })
})

describe('the page', () => {
  test('tells what kind of machine it is', async () => {
    expect(await machine.bridge.call('info', {})).toEqual({
      kind: 'browser',
      version: '1.2.3',
      platform: 'test',
      keeper: 'page',
      serverUrl: '',
    })
    expect(await machine.bridge.call('updateState', {})).toEqual({ state: 'none' })
  })

  test('asks the browser to keep what an unlocked replica lies in', async () => {
    const asked: string[] = []
    start(pageOf(asked)).attach(await replicaKeys())
    expect(asked).toEqual(['keep storage'])
  })

  test('does what it is asked for', async () => {
    const asked: string[] = []
    const { bridge } = start(pageOf(asked))
    const file = { name: 'list.csv', type: 'text/csv', bytes: Uint8Array.of(1) }
    expect(await bridge.call('saveFile', file)).toEqual({ saved: true })
    expect(await bridge.call('openFile', { accept: ['.csv'] })).toMatchObject({ name: '.csv' })
    await bridge.call('notify', { title: 'Done', body: '' })
    await bridge.call('openSignIn', { page: 'p'.repeat(43) })
    await bridge.call('print', {})
    bridge.restart()
    const page = `open /console/sign-in/#${'p'.repeat(43)}`
    expect(asked).toEqual(['save list.csv', 'notify Done', page, 'print', 'leave'])
  })

  test('tells when the network comes and goes, until nobody listens', () => {
    const network: ((online: boolean) => void)[] = []
    const { bridge } = start(pageOf([], network))
    const heard: HostEvent[] = []
    const stop = bridge.on((event) => heard.push(event))
    for (const tell of network) tell(false)
    stop()
    expect(network).toEqual([])
    expect(heard).toEqual([{ type: 'network', online: false }])
  })

  test('refuses a payload that does not fit', async () => {
    const strange = { replicaId: 'not an id', purpose: 'kek', input } as const
    await expect(machine.bridge.call('bindKey', strange)).rejects.toMatchObject({ code: 'request.invalid' })
  })
})
