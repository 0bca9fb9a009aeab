import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  ageOn,
  codeSystems,
  codingSchema,
  comparePartialDates,
  covers,
  dateSchema,
  decimalSchema,
  epochOf,
  firstTelecom,
  fitsSystem,
  folded,
  humanNameSchema,
  identifier,
  identifierSchema,
  instantOf,
  isNpi,
  line,
  listedName,
  minorDigits,
  moneySchema,
  moneyText,
  nameText,
  npiOf,
  npiSchema,
  officialName,
  partialDateSchema,
  periodSchema,
  preferredName,
  sumByCurrency,
  telecomSchema,
  timeZoneSchema,
  zonedAt,
  zonedTimeSchema,
} from './index.ts'

const firstIssue = (result: { error?: { issues: { message: string }[] } }) => result.error?.issues[0]?.message

describe('an NPI', () => {
  it.each(['1234567893', '1993999998'])('%s is valid', (npi) => expect(isNpi(npi)).toBe(true))
  it.each(['1234567890', '123456789', '3234567893', '12345678931', 'ABCDEFGHIJ', ''])('%j is not', (npi) => {
    expect(isNpi(npi)).toBe(false)
    expect(firstIssue(npiSchema.safeParse(npi))).toBeDefined()
  })
  it('fails on any one wrong digit', () => {
    const nine = fc.integer({ min: 100_000_000, max: 299_999_999 }).map(String)
    fc.assert(
      fc.property(nine, fc.nat(9), fc.integer({ min: 1, max: 9 }), (digits, place, by) => {
        const npi = npiOf(digits)
        const wrong = npi
          .split('')
          .map((digit, at) => (at === place ? String((Number(digit) + by) % 10) : digit))
          .join('')
        expect(isNpi(npi)).toBe(true)
        expect(isNpi(wrong)).toBe(false)
      }),
    )
  })
})

describe('a date', () => {
  it.each(['2024', '2024-02', '2024-02-29', '2000-02-29', '1900-12-31'])('%s is real', (date) => {
    expect(partialDateSchema.safeParse(date).success).toBe(true)
  })
  it.each([
    '2026-02-30',
    '1900-02-29',
    '2026-13',
    '2026-00-01',
    '2026-04-31',
    '26',
    '2026-1-1',
    '0000',
    ' 2026',
  ])('%j is not', (date) => {
    expect(firstIssue(partialDateSchema.safeParse(date))).toMatch(/^Must be a real date/)
  })
  it('agrees with the calendar of the platform', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9999 }), fc.nat(13), fc.nat(32), (year, month, day) => {
        const text = [
          String(year).padStart(4, '0'),
          String(month).padStart(2, '0'),
          String(day).padStart(2, '0'),
        ].join('-')
        const parsed = new Date(`${text}T00:00:00Z`)
        const real = !Number.isNaN(parsed.getTime()) && parsed.toISOString().startsWith(text)
        expect(dateSchema.safeParse(text).success).toBe(real)
      }),
    )
  })
  it('is compared as far as it is known', () => {
    expect(comparePartialDates('1980', '1981-05')).toBe(-1)
    expect(comparePartialDates('1980', '1980-05')).toBeNull()
    expect(comparePartialDates('1980-05', '1980-05')).toBe(0)
    expect(ageOn('1980-05-02', '2026-05-01')).toBe(45)
    expect(ageOn('1980-05-02', '2026-05-02')).toBe(46)
    expect(ageOn('1980', '2026-05-02')).toBeNull()
  })
  it('bounds a period, which ends after it starts', () => {
    expect(periodSchema.safeParse({ start: '2026', end: '2026-01-01' }).success).toBe(true)
    expect(firstIssue(periodSchema.safeParse({ start: '2026-02', end: '2026-01-31' }))).toMatch(
      /before the start/,
    )
    expect(covers({ start: '2026-01-01', end: '2026-02-01' }, '2026-01-15T10:00:00.000Z')).toBe(true)
    expect(covers({ start: '2026-01-01', end: '2026-02-01' }, '2026-03')).toBe(false)
    expect(covers(undefined, '2026')).toBe(true)
  })
})

describe('a time of a zone', () => {
  const zone = 'America/New_York'
  it('keeps the wall and derives the instant', () => {
    expect(instantOf({ local: '2026-01-15T09:00:00', zone })).toBe('2026-01-15T14:00:00.000Z')
    expect(instantOf({ local: '2026-07-15T09:00:00', zone })).toBe('2026-07-15T13:00:00.000Z')
  })
  it('moves on by the gap when clocks go forward', () => {
    expect(instantOf({ local: '2026-03-08T02:30:00', zone })).toBe('2026-03-08T07:30:00.000Z')
  })
  it('takes the first pass when clocks go back, or the one that the sender named', () => {
    const local = '2026-11-01T01:30:00'
    expect(instantOf({ local, zone })).toBe('2026-11-01T05:30:00.000Z')
    expect(instantOf({ local, zone, offset: '-05:00' })).toBe('2026-11-01T06:30:00.000Z')
    expect(instantOf({ local, zone, offset: '+09:00' })).toBe('2026-11-01T05:30:00.000Z')
    expect(zonedAt(Date.parse('2026-11-01T06:30:00.000Z'), zone)).toEqual({ local, zone, offset: '-05:00' })
  })
  it('is read back from its instant, in every zone', () => {
    const zones = fc.constantFrom(
      zone,
      'Europe/Berlin',
      'Asia/Kolkata',
      'Pacific/Apia',
      'Australia/Lord_Howe',
    )
    const seconds = fc.integer({ min: Date.UTC(2000, 0, 1) / 1000, max: Date.UTC(2037, 0, 1) / 1000 })
    fc.assert(
      fc.property(seconds, zones, (second, where) => {
        const time = zonedAt(second * 1000, where)
        expect(zonedTimeSchema.safeParse(time).success).toBe(true)
        expect(epochOf(time)).toBe(second * 1000)
      }),
    )
  })
  it.each(['2026-02-30T09:00:00', '2026-01-01T24:00:00', '2026-01-01 09:00:00', '2026-01-01T09:00'])(
    'is not %s',
    (local) => {
      expect(zonedTimeSchema.safeParse({ local, zone }).success).toBe(false)
    },
  )
  it.each(['Mars/Olympus', '+05:00', 'EST5EDT; drop', ''])('has no zone %j', (text) => {
    expect(timeZoneSchema.safeParse(text).success).toBe(false)
  })
})

describe('a code', () => {
  it.each([
    [codeSystems.loinc, '2345-7', true],
    [codeSystems.loinc, '718-7', true],
    [codeSystems.loinc, '2345-6', false],
    [codeSystems.snomed, '73211009', true],
    [codeSystems.snomed, '404684003', true],
    [codeSystems.snomed, '73211008', false],
    [codeSystems.icd10cm, 'E11.9', true],
    [codeSystems.icd10cm, 'U07.1', true],
    [codeSystems.icd10cm, 'C7A.00', true],
    [codeSystems.icd10cm, 'S72.001A', true],
    [codeSystems.icd10cm, '11.9', false],
    [codeSystems.cpt, '99213', true],
    [codeSystems.cpt, '0001F', true],
    [codeSystems.cpt, '9921', false],
    ['urn:rounds:local:lab', 'anything', true],
  ])('%s %s: %s', (system, code, fits) => {
    expect(fitsSystem(system, code)).toBe(fits)
    expect(codingSchema.safeParse({ system, code }).success).toBe(fits)
  })
})

describe('money', () => {
  it('is whole units of a known currency', () => {
    expect(moneySchema.safeParse({ minor: 1.5, currency: 'USD' }).success).toBe(false)
    expect(moneySchema.safeParse({ minor: 1, currency: 'XQZ' }).success).toBe(false)
    expect([minorDigits('USD'), minorDigits('JPY'), minorDigits('KWD')]).toEqual([2, 0, 3])
    expect(moneyText({ minor: 123_456, currency: 'USD' }, 'en-US')).toBe('$1,234.56')
  })
  it('adds up by currency', () => {
    const sums = sumByCurrency([
      { minor: 1, currency: 'USD' },
      { minor: 2, currency: 'EUR' },
      { minor: 3, currency: 'USD' },
    ])
    expect([...sums.values()]).toEqual([
      { minor: 4, currency: 'USD' },
      { minor: 2, currency: 'EUR' },
    ])
  })
})

describe('a name', () => {
  const bare = { given: [], prefix: [], suffix: [], representation: 'A' } as const
  const official = {
    ...bare,
    key: 'o',
    use: 'official',
    family: 'Muñoz',
    given: ['Ana', 'María'],
    prefix: ['Dr.'],
  } as const
  const mutable = (name: object) => humanNameSchema.parse(JSON.parse(JSON.stringify(name)))
  it('is written in the order of its script', () => {
    expect(nameText(mutable(official))).toBe('Dr. Ana María Muñoz')
    expect(listedName(mutable(official))).toBe('Muñoz, Ana María')
    const ideographic = {
      ...bare,
      key: 'i',
      use: 'official',
      family: '山田',
      given: ['花子'],
      representation: 'I',
    }
    expect(nameText(mutable(ideographic))).toBe('山田花子')
  })
  it('may be one word, but not none', () => {
    expect(nameText(mutable({ ...bare, key: 'x', use: 'official', given: ['Tenzin'] }))).toBe('Tenzin')
    expect(humanNameSchema.safeParse({ ...bare, key: 'x', use: 'official' }).success).toBe(false)
  })
  it('is the legal one on paper and the preferred one in speech', () => {
    const usual = mutable({ ...bare, key: 'u', use: 'usual', given: ['Annie'] })
    const names = [mutable(official), usual]
    expect(officialName(names)?.key).toBe('o')
    expect(preferredName(names)?.key).toBe('u')
    expect(preferredName([])).toBeUndefined()
  })
})

describe('an identifier', () => {
  const authority = { namespace: 'RIVERSIDE', universalId: '2.25.1', universalIdType: 'ISO' }
  it('has a key that follows from what it is', () => {
    const made = identifier({ value: '1', type: 'MR', authority })
    expect(identifierSchema.safeParse(made).success).toBe(true)
    expect(identifierSchema.safeParse({ ...made, value: '2' }).success).toBe(false)
    expect(identifier({ value: '1', type: 'MR', authority, use: 'old' }).key).toBe(made.key)
    expect(identifier({ value: '1', type: 'VN', authority }).key).not.toBe(made.key)
  })
})

describe('what people type', () => {
  it('is refused with a clear word where it is too long, empty, or of several lines', () => {
    expect(firstIssue(line(10).safeParse('12345678901'))).toBe('At most 10 characters.')
    expect(firstIssue(line(10).safeParse('  '))).toBe('Must not be empty.')
    expect(firstIssue(line(10).safeParse('a\nb'))).toMatch(/one line/)
  })
  it('is compared without accents and case', () => {
    expect(folded('  São  JOSÉ ')).toBe('sao jose')
  })
  it('is a number to call or an address to write to', () => {
    const telecom = { key: 'a', use: 'home', confidential: false } as const
    expect(telecomSchema.safeParse({ ...telecom, system: 'email', value: 'ana' }).success).toBe(false)
    expect(telecomSchema.safeParse({ ...telecom, system: 'phone', value: 'unknown' }).success).toBe(false)
    const secret = { ...telecom, key: 's', system: 'phone', value: '555-0100', confidential: true } as const
    const open = { ...telecom, key: 'o', system: 'phone', value: '555-0101' } as const
    expect(firstTelecom([secret, open], 'phone')).toBe(open)
  })
  it('keeps the digits of a measurement', () => {
    expect(decimalSchema.parse('5.10')).toBe('5.10')
    for (const wrong of ['5,1', '1e3', '.5', '--1', ''])
      expect(decimalSchema.safeParse(wrong).success).toBe(false)
  })
})
