import { describe, expect, it } from 'vitest'
import { DEMO_PASSWORD } from '../../seed/index.ts'
import { passwordRefusal } from './password-policy.ts'

describe('what a password may be', () => {
  const names = ['carla', 'Carla Coordinator', 'Example Health']

  it.each([
    ['elevenchars', 'shorter'],
    ['123qweasdzxc', 'tried first'],
    ['Password2026!!!', 'tried first'],
    ['monkeymonkeymonkey', 'tried first'],
    ['１２３ｑｗｅａｓｄｚｘｃ', 'tried first'],
    ['Carla-Carla-1!', 'name'],
    ['rounds-rounds', 'name'],
    ['ExampleHealth', 'name'],
  ])('is not %s', async (password, why) => {
    expect((await passwordRefusal(password, names))?.facts['why']).toContain(why)
  })

  it.each([
    'correct horse battery',
    'carla walks four geese home',
    '東京の夜空に星が三つ見える',
    DEMO_PASSWORD,
  ])('is %s, of whatever letters', async (password) => {
    expect(await passwordRefusal(password, names)).toBeNull()
  })
})
