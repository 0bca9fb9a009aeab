import { describe, expect, it } from 'vitest'
import { AppError, err, ok } from '../kernel/index.ts'
import { bridgeOver } from './host-port.ts'
import type { HostPort } from './host-port.ts'

const replicaId = '01890000-0000-7000-8000-000000000001'

describe('the bridge over a port', () => {
  it('hands on the value of an answer', async () => {
    const bridge = bridgeOver(portWith({ deviceKey: async () => ok({ publicKey: 'AAAA' }) }))
    expect(await bridge.call('deviceKey', { replicaId })).toEqual({ publicKey: 'AAAA' })
  })

  it('throws the error of an answer, with its code and its facts', async () => {
    const bridge = bridgeOver(
      portWith({ print: async () => err({ code: 'host.unavailable', facts: { what: 'print' } }) }),
    )
    await expect(bridge.call('print', {})).rejects.toMatchObject({
      code: 'host.unavailable',
      facts: { what: 'print' },
    })
    await expect(bridge.call('print', {})).rejects.toBeInstanceOf(AppError)
  })

  it('takes an unknown code for a fault, and refuses an answer that does not fit', async () => {
    const strange = portWith({
      print: async () => err({ code: 'made.up' }),
      deviceKey: async () => ok({ publicKey: 'not base64 at all' }),
    })
    await expect(bridgeOver(strange).call('print', {})).rejects.toMatchObject({ code: 'internal' })
    await expect(bridgeOver(strange).call('deviceKey', { replicaId })).rejects.toThrow()
  })
})

function portWith(calls: Partial<HostPort>): HostPort {
  const refuse = async () => err({ code: 'host.unavailable' })
  return {
    info: refuse,
    bindKey: refuse,
    knows: refuse,
    deviceKey: refuse,
    sign: refuse,
    forget: refuse,
    saveFile: refuse,
    openFile: refuse,
    notify: refuse,
    pinServer: refuse,
    openSignIn: refuse,
    print: refuse,
    updateState: refuse,
    on: () => () => undefined,
    restart: () => undefined,
    ...calls,
  }
}
