import { describe, expect, test } from 'vitest'
import { newId } from '#app/kernel/index.ts'
import type { AnyModule } from '#app/kernel/index.ts'
import { modules } from '#app/modules/index.ts'
import { identifier } from '#app/values/index.ts'
import type { Change } from '../database/local-edit.ts'
import { aCase, aPatient } from '../testing/replica-on-memory.ts'
import { searchOver } from '../testing/searched-table.ts'
import { normalised } from './fold.ts'

/** Where the author of these records works. */
const { siteId } = aCase('any')

function ranked(module: AnyModule, records: readonly Change[], query: string): string[] {
  return searchOver(module, records)
    .search(query)
    .map(({ title }) => title)
}

function name(family: string | undefined, ...given: string[]): Change {
  const parts = family === undefined ? {} : { family }
  return { key: 'n1', use: 'official', ...parts, given, prefix: [], suffix: [], representation: 'A' }
}

function patient(family: string | undefined, ...given: string[]): Change {
  return { ...aPatient('replaced'), names: [name(family, ...given)] }
}

function finds(more: Change, query: string): boolean {
  return ranked(modules.patients, [{ ...patient('Someone'), ...more }], query).length === 1
}

describe('text is compared', () => {
  test.each([
    ["Müller-D'Ángelo,  ŻÓŁĆ", 'muller dangelo zolc'],
    ['Ленин 東京 Ἀθῆναι', 'ленин 東京 αθηναι'],
    ['Straße, STRASSE', 'strasse strasse'],
    ['Œuvre Ærø ﬁn', 'oeuvre aero fin'],
    ['İstanbul ısı', 'istanbul isi'],
    ['Mu\u0308ller', 'muller'],
    ['अनिल', 'अनिल'],
    ['عَلِيّ', 'علي'],
    ['١٢', '١٢'],
    ['O’Brien O´Brien', 'obrien obrien'],
    ['Zoe\u00adf', 'zoef'],
    ['𝒜𝓃𝓃𝒶 𠮷野', 'anna 𠮷野'],
  ])('%s as %s', (text, comparable) => {
    expect(normalised(text)).toBe(comparable)
  })
})

describe('names', () => {
  test('are found by word, by beginning, by a part and with a typing error, in this order', () => {
    const subjects = [
      'Panders',
      'Anderson',
      'Transport for Anders',
      'Andres',
      'Anders needs a form',
      'Sanderz',
    ]
    expect(
      ranked(
        modules.cases,
        subjects.map((subject) => aCase(subject)),
        'anders',
      ).slice(0, 5),
    ).toEqual(['Anders needs a form', 'Transport for Anders', 'Anderson', 'Panders', 'Andres'])
  })

  test('need every word, in any order', () => {
    const records = [patient('Núñez', 'Test'), patient('Nolan', 'Test')]
    expect(ranked(modules.patients, records, 'nunez test')).toEqual(['Test Núñez'])
    expect(ranked(modules.patients, records, 'TEST núñe')).toEqual(['Test Núñez'])
    expect(ranked(modules.patients, records, 'nunez other')).toEqual([])
  })

  test.each([
    [
      ['O’Brien', 'Conor'],
      ["O'Brien", 'obrien', "o'brien conor", 'brien', 'o brien'],
    ],
    [
      ['Schmidt', 'Anna-Lena'],
      ['anna-lena', 'annalena', 'anna lena', 'lena', 'anna lena schmidt'],
    ],
    [
      ['Weiß', 'Jürgen'],
      ['weiss', 'Weiß', 'jurgen weiss', 'JÜRGEN'],
    ],
    [
      ['Wałęsa', 'Łucja'],
      ['walesa', 'lucja', 'łucja wałęsa'],
    ],
    [
      ['Çelik', 'Işıl'],
      ['celik', 'isil', 'IŞIL'],
    ],
    [
      [undefined, 'Sukarno'],
      ['sukarno', 'sukar'],
    ],
    [
      ['Петров', 'Фёдор'],
      ['петров', 'федор', 'ПЕТР'],
    ],
    [
      ['山田', '太郎'],
      ['山田', '太郎', '山田 太郎', '山'],
    ],
    [
      ['김', '민준'],
      ['김', '민준', '민'],
    ],
    [['Παπαδόπουλος'], ['παπαδοπουλος', 'ΠΑΠΑΔΟΠΟΥΛΟΣ']],
    [
      ['García Márquez', 'José'],
      ['garcia marquez', 'marquez jose', 'jose'],
    ],
  ])('%s', (parts, queries) => {
    const [family, ...given] = parts
    const own = patient(family, ...given.filter((one) => one !== undefined))
    const found = searchOver(modules.patients, [own, patient('Somebody', 'Else')])
    for (const query of queries) expect(found.search(query), query).toHaveLength(1)
  })

  test.each(['Petersen', 'Petesren', 'Pettersen', 'Petersan', 'Petresan'])('%s is Petersen', (typed) => {
    expect(ranked(modules.patients, [patient('Petersen', 'Nova')], typed)).toEqual(['Nova Petersen'])
  })

  test('of three letters, and numbers, are not guessed at', () => {
    expect(ranked(modules.patients, [patient('Kim')], 'kin')).toEqual([])
    expect(finds({ addresses: [address('12345')] }, '12346')).toBe(false)
  })

  function address(postalCode: string): Change {
    return { key: 'a1', use: 'home', confidential: false, lines: ['Mill Road 7'], postalCode }
  }
})

describe('a hit shows', () => {
  test('which field matched, and what in it', () => {
    const record = aCase('Ride to dialysis', { description: 'Needs a wheelchair van' })
    const [hit] = searchOver(modules.cases, [record]).search('wheel')
    expect(hit).toMatchObject({ matched: 'Description', titleMarks: [] })
    expect(shown(hit?.excerpt)).toEqual(['wheel'])
    const [ride] = searchOver(modules.cases, [record]).search('dialisys')
    expect(ride).toMatchObject({ matched: 'Subject', titleMarks: [{ start: 8, end: 16 }] })
  })

  test('the marks where the text is written otherwise than it is compared', () => {
    const [hit] = searchOver(modules.patients, [patient('Groß-Weißmann', 'Æsa')]).search('weissman aesa')
    expect(shown(hit === undefined ? null : { text: hit.title, marks: hit.titleMarks })).toEqual([
      'Æsa',
      'Weißman',
    ])
  })

  test('a long text from shortly before what matched', () => {
    const description = `${'Nothing to see here. '.repeat(40)}Then the stretcher came. ${'And so on. '.repeat(40)}`
    const [hit] = searchOver(modules.cases, [aCase('Ride', { description })]).search('stretcher')
    expect(hit?.excerpt?.text.length).toBeLessThan(100)
    expect(shown(hit?.excerpt)).toEqual(['stretcher'])
  })

  function shown(
    part: { text: string; marks: readonly { start: number; end: number }[] } | null | undefined,
  ) {
    return part?.marks.map(({ start, end }) => part.text.slice(start, end))
  }
})

describe('dates', () => {
  const same = [
    '1962-03-14',
    '3/14/1962',
    '03/14/1962',
    '14/3/1962',
    '14.3.1962',
    '14. 3. 1962',
    '3/14/62',
    '14 Mar 1962',
    '14th March 1962',
    'March 14, 1962',
    'mar 14 1962',
    '14.Mar.1962',
    'born 3/14/1962',
    'dob: 1962-03-14',
  ]
  test.each(same)('%s is the fourteenth of March', (text) => {
    expect(finds({ birthDate: '1962-03-14' }, text)).toBe(true)
    expect(finds({ birthDate: '1962-04-13' }, text)).toBe(false)
  })

  test('that can be read both ways find both, the American one first', () => {
    const march = { ...patient('March'), birthDate: '1980-03-04' }
    const april = { ...patient('April'), birthDate: '1980-04-03' }
    expect(ranked(modules.patients, [april, march], '3/4/1980')).toEqual(['March', 'April'])
    expect(ranked(modules.patients, [march, april], '4.3.1980')).toEqual(['April', 'March'])
    expect(ranked(modules.patients, [april, march], '4 Mar 1980')).toEqual(['March'])
  })

  test('of a month or a year find every day of it', () => {
    for (const text of ['Mar 1962', 'March 1962', '1962-03', '3/1962', '1962']) {
      expect(finds({ birthDate: '1962-03-14' }, text), text).toBe(true)
      expect(finds({ birthDate: '1963-04-14' }, text), text).toBe(false)
    }
  })

  test('that are known less exactly than typed may be the ones', () => {
    expect(finds({ birthDate: '1962-03' }, '3/14/1962')).toBe(true)
    expect(finds({ birthDate: '1962' }, '3/14/1962')).toBe(true)
  })

  test('go with names', () => {
    const own = { ...patient('Someone', 'Nova'), birthDate: '1962-03-14' }
    const other = { ...patient('Someone', 'Kim'), birthDate: '1962-03-15' }
    expect(ranked(modules.patients, [own, other], 'someone 3/14/1962')).toEqual(['Nova Someone'])
    expect(ranked(modules.patients, [own, other], '14 march 1962 some')).toEqual(['Nova Someone'])
  })

  test.each(['13/14/1962', '3/32/1962', '2/30/1962', '1962-00-01', 'tomorrow'])('%s is none', (text) => {
    expect(finds({ birthDate: '1962-03-14' }, text)).toBe(false)
  })
})

describe('telephones', () => {
  const telecoms = [telecom('phone', '+1 (555) 010-4477')]

  test.each([
    '555 010 4477',
    '(555) 010-4477',
    '5550104477',
    '555.010.4477',
    '+1 555 010 4477',
    '15550104477',
    '1-555-010-4477',
    '010-4477',
    '010 4477',
    '0104477',
    '04477',
    '4477',
    'tel 010 4477',
    'someone 4477',
  ])('are found by %s', (text) => {
    expect(finds({ telecoms }, text)).toBe(true)
  })

  test('are found with a country code that is not kept', () => {
    expect(finds({ telecoms: [telecom('phone', '(555) 010-4477')] }, '+1 555 010 4477')).toBe(true)
    expect(finds({ telecoms: [telecom('phone', '+49 30 1234567')] }, '030 1234567')).toBe(true)
  })

  test('are not found by fewer than three digits, or by another number', () => {
    for (const text of ['44', '555 010 4478', '555 010 44771'])
      expect(finds({ telecoms }, text), text).toBe(false)
  })

  test('that end so come before those that hold it', () => {
    const holds = { ...patient('Holds'), telecoms: [telecom('phone', '555 447 7010')] }
    const ends = { ...patient('Ends'), telecoms: [telecom('phone', '555 010 4477')] }
    expect(ranked(modules.patients, [holds, ends], '4477')).toEqual(['Ends', 'Holds'])
  })

  test.each(['nova@example', 'nova.lind@example.test', 'lind', 'NOVA@'])(
    'a mail address is found by %s',
    (text) => {
      expect(finds({ telecoms: [telecom('email', 'nova.lind@example.test')] }, text)).toBe(true)
    },
  )

  function telecom(system: string, value: string): Change {
    return { key: 't1', system, use: 'home', confidential: false, value }
  }
})

describe('identifiers', () => {
  test.each([
    'MRN-0042-17',
    'mrn004217',
    'MRN 0042 17',
    'MRN: 0042-17',
    'mrn 4217',
    'MRN4217',
    '0042-17',
    '42-17',
    '4217',
    '00004217',
    '#4217',
  ])('MRN-0042-17 is found by %s', (text) => {
    expect(finds({ identifiers: [record('MRN-0042-17')] }, text)).toBe(true)
  })

  test.each(['MRN 4217', 'MRN004217', '4217', '0004217'])('0004217 is found by %s', (text) => {
    expect(finds({ identifiers: [record('0004217')] }, text)).toBe(true)
  })

  test.each(['ACC4217', 'MRN-0042-18', '14217'])('MRN-0042-17 is not %s', (text) => {
    expect(finds({ identifiers: [record('MRN-0042-17')] }, text)).toBe(false)
  })

  test('come before words', () => {
    const word = { ...patient('Word'), addresses: [street('4217 Mill Road')] }
    const number = { ...patient('Number'), identifiers: [record('MRN-0042-17')] }
    expect(ranked(modules.patients, [word, number], '4217')).toEqual(['Number', 'Word'])
  })

  test.each(['1234567893', 'NPI 1234567893', '12345', '67893'])('an NPI is found by %s', (text) => {
    const contact = {
      names: [name('Lind', 'Nova')],
      npi: '1234567893',
      profession: 'nurse',
      siteIds: [siteId],
    }
    expect(ranked(modules.contacts, [contact], text)).toEqual(['Nova Lind'])
  })

  function record(value: string): Change {
    return identifier({ type: 'MR', value, authority: { namespace: 'ROUNDS' } })
  }

  function street(line: string): Change {
    return { key: 'a1', use: 'home', confidential: false, lines: [line] }
  }
})

test('an appointment is found by its day', () => {
  const start = { local: '2026-03-04T09:30:00', zone: 'America/New_York' }
  const found = searchOver(modules.appointments, [
    { start, siteId, patientId: newId(), service: { text: 'Dialysis', codings: [] } },
  ])
  for (const text of ['3/4/2026', '4 Mar 2026', '2026-03', 'dialysis march 2026']) {
    expect(found.search(text), text).toHaveLength(1)
  }
  expect(found.search('3/5/2026')).toEqual([])
})

test('what can not be asked has no answer', () => {
  const found = searchOver(modules.patients, [patient('Someone')])
  for (const text of ['', '   ', '---', "'", '...']) expect(found.search(text), text).toEqual([])
})
