import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOwnFrame, mayNavigate, mayUse } from './policy.ts'

describe('navigation', () => {
  it.each(['app://rounds/', 'app://rounds/patients/1?tab=timeline#top'])(
    'stays on our own page: %s',
    (address) => {
      expect(mayNavigate(address)).toBe(true)
    },
  )

  it.each([
    'https://rounds/',
    'http://127.0.0.1:7400/',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,hello',
    'blob:app://rounds/1',
    'about:blank',
    'app://rounds.example/',
    'app://rounds:80/',
    'app://someone@rounds/',
    'app://other/',
    'app:rounds',
    'no address',
    '',
  ])('goes nowhere else: %s', (address) => {
    expect(mayNavigate(address)).toBe(false)
  })

  it('goes to no address of the web, whatever it looks like', () => {
    fc.assert(
      fc.property(
        fc.webUrl({ withFragments: true, withQueryParameters: true }),
        (address) => !mayNavigate(address),
      ),
    )
  })
})

describe('permissions', () => {
  it.each([
    'media',
    'geolocation',
    'notifications',
    'clipboard-read',
    'hid',
    'usb',
    'serial',
    'openExternal',
    'fileSystem',
    'unknown',
  ])('are denied: %s', (permission) => {
    expect(mayUse(permission, 'app://rounds/')).toBe(false)
  })

  it('are given to our own page only, where it needs them', () => {
    expect(mayUse('persistent-storage', 'app://rounds/')).toBe(true)
    expect(mayUse('local-network-access', 'app://rounds')).toBe(true)
    expect(mayUse('persistent-storage', 'https://elsewhere.example/')).toBe(false)
  })
})

it('a frame that is gone, foreign, or inside another has no say', () => {
  expect(isOwnFrame({ origin: 'app://rounds', parent: null })).toBe(true)
  expect(isOwnFrame(null)).toBe(false)
  expect(isOwnFrame({ origin: 'app://rounds', parent: {} })).toBe(false)
  expect(isOwnFrame({ origin: 'app://rounds.example', parent: null })).toBe(false)
})
