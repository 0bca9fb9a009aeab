import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isOwnFrame, mayNavigate, mayOpenOutside, mayUse } from './policy.ts'

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

describe('the browser of the person', () => {
  const server = 'https://rounds.example'

  it('is sent to the page where a device is signed in, of the own server', () => {
    expect(mayOpenOutside(`${server}/console/sign-in/#abc`, server)).toBe(true)
    const here = 'http://127.0.0.1:7400'
    expect(mayOpenOutside(`${here}/console/sign-in/#abc`, here)).toBe(true)
  })

  it.each([
    'http://rounds.example/console/sign-in/',
    'https://elsewhere.example/console/sign-in/',
    'https://rounds.example:8443/console/sign-in/',
    'https://someone@rounds.example/console/sign-in/',
    'https://rounds.example/console/sign-in/?next=elsewhere',
    'https://rounds.example/console/sign-in/../',
    'https://rounds.example/console/',
    'file:///console/sign-in/',
    'javascript:alert(1)',
    'no address',
  ])('is sent nowhere else: %s', (address) => {
    expect(mayOpenOutside(address, server)).toBe(false)
  })

  it('is sent to no server that is neither HTTPS nor on this machine', () => {
    const plain = 'http://rounds.example'
    expect(mayOpenOutside(`${plain}/console/sign-in/`, plain)).toBe(false)
    expect(mayOpenOutside('https://rounds.example/console/sign-in/', 'no address')).toBe(false)
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
