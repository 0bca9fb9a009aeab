import { expect, test } from 'vitest'
import type { AccessStore } from '../../store/contract.ts'
import { createRecognised } from './recognised.ts'

/** A counter that the test moves, and how often somebody was looked up. */
function stage() {
  const state = { number: 1, lookUps: 0 }
  const access: Pick<AccessStore, 'number'> = { number: async () => state.number }
  const recognised = createRecognised<string>({ access })
  const ask = (key: string, meanwhile = async () => {}) =>
    recognised(key, async () => {
      state.lookUps += 1
      const found = `${key} at ${state.number}`
      await meanwhile()
      return found
    })
  return { state, ask }
}

test('who was looked up is remembered until something of access changes, by whomever', async () => {
  const { state, ask } = stage()
  expect([await ask('carla'), await ask('carla'), await ask('sofia')]).toEqual([
    'carla at 1',
    'carla at 1',
    'sofia at 1',
  ])
  expect(state.lookUps).toBe(2)
  state.number = 2
  expect(await ask('carla')).toBe('carla at 2')
})

test('what was looked up while something changed is not remembered', async () => {
  const { state, ask } = stage()
  await ask('carla', async () => {
    state.number = 2
    await ask('sofia')
  })
  expect(await ask('carla')).toBe('carla at 2')
  expect(state.lookUps).toBe(3)
})

test('who is refused is looked up again', async () => {
  const { state } = stage()
  const recognised = createRecognised<string>({ access: { number: async () => state.number } })
  await expect(recognised('carla', async () => Promise.reject(new Error('revoked')))).rejects.toThrow(
    'revoked',
  )
  expect(await recognised('carla', async () => 'let in')).toBe('let in')
})
