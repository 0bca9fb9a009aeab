import { describe, expect, it } from 'vitest'
import { certificateVerdict, keyPin } from './pins.ts'

// Made for this test with openssl, as is the pin:
// openssl x509 -in c.pem -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64
const certificate = `-----BEGIN CERTIFICATE-----
MIIBSDCB+6ADAgECAhQmwkvBc9NjudrpKaBlCvvYG6W70jAFBgMrZXAwGTEXMBUG
A1UEAwwOcm91bmRzLmV4YW1wbGUwIBcNMjYxMTIyMTAzODEzWhgPMjEyNjEwMjkx
MDM4MTNaMBkxFzAVBgNVBAMMDnJvdW5kcy5leGFtcGxlMCowBQYDK2VwAyEAGyW/
w/n9+2vTkexmm4KIhWDms1je+rSoMaICgpcd6xyjUzBRMB0GA1UdDgQWBBRckt76
4VtrNmA6OKa1s2RvgClWFTAfBgNVHSMEGDAWgBRckt764VtrNmA6OKa1s2RvgClW
FTAPBgNVHRMBAf8EBTADAQH/MAUGAytlcANBACPU7H5jvD7cXKkMPypDSZR4COSp
syH+Og/EezUVDlRvmvhHUqqrQKi3M1YxKuJz3RGOjsn8MMRHefdz4iFUMwY=
-----END CERTIFICATE-----`
const pin = 'C9vtrvY/Oyu0dFoJ4/yeWf0xLQhtVcSM1C98zeAk7/s='

const server = 'https://rounds.example:8443'
const shown = { hostname: 'rounds.example', data: certificate, verificationResult: 'net::OK' }
const [accept, refuse, asChromiumFound] = [0, -2, -3]

describe('the verdict on a certificate', () => {
  it('names a key as openssl does', () => {
    expect(keyPin(certificate)).toBe(pin)
  })

  it('accepts a pinned key of the server and refuses any other, however well signed', () => {
    expect(certificateVerdict([pin], server, shown)).toBe(accept)
    expect(certificateVerdict([keyPin(certificate).replace(/^./, 'x')], server, shown)).toBe(refuse)
  })

  it('accepts a pinned key in a certificate that the server made for itself', () => {
    const own = { ...shown, verificationResult: 'net::ERR_CERT_AUTHORITY_INVALID' }
    expect(certificateVerdict([pin], server, own)).toBe(accept)
    expect(certificateVerdict([keyPin(certificate).replace(/^./, 'x')], server, own)).toBe(refuse)
    expect(certificateVerdict([], server, own)).toBe(asChromiumFound)
  })

  it('leaves the rest to Chromium: no pins, other hosts, and what Chromium refuses itself', () => {
    expect(certificateVerdict([], server, shown)).toBe(asChromiumFound)
    expect(certificateVerdict([pin], server, { ...shown, hostname: 'elsewhere.example' })).toBe(
      asChromiumFound,
    )
    const expired = { ...shown, verificationResult: 'net::ERR_CERT_DATE_INVALID' }
    expect(certificateVerdict([pin], server, expired)).toBe(asChromiumFound)
  })
})
