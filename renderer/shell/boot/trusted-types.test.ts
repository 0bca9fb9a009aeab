import { describe, expect, it } from 'vitest'
import { ownScriptOnly, styleSheetOnly } from './trusted-types.ts'

describe('the default policy', () => {
  it('lets style sheets through and rejects markup', () => {
    expect(styleSheetOnly('.row > .cell { color: red }')).toBe('.row > .cell { color: red }')
    expect(styleSheetOnly('<img src=x onerror=alert(1)>')).toBeNull()
  })

  it('lets scripts of our own origin through and no others', () => {
    const base = 'http://127.0.0.1:7400/'
    expect(ownScriptOnly('/assets/keys-1a2b.js', base)).toBe('/assets/keys-1a2b.js')
    expect(ownScriptOnly('https://elsewhere.example/x.js', base)).toBeNull()
    expect(ownScriptOnly('//elsewhere.example/x.js', base)).toBeNull()
    expect(ownScriptOnly('data:text/javascript,alert(1)', base)).toBeNull()
    expect(ownScriptOnly('http://[', base)).toBeNull()
  })

  it('keeps the scheme of the desktop application apart from the web', () => {
    expect(ownScriptOnly('app://rounds/assets/keys.js', 'app://rounds/')).toBe('app://rounds/assets/keys.js')
    expect(ownScriptOnly('https://elsewhere.example/x.js', 'app://rounds/')).toBeNull()
    expect(ownScriptOnly('data:text/javascript,alert(1)', 'app://rounds/')).toBeNull()
  })
})
