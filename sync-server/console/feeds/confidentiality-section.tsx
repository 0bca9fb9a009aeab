import { Accordion, Code, Table, Text } from '@mantine/core'
import { labelOf } from '#app/modules/shared/labels.ts'
import { houseTables } from '../../hl7/confidentiality/house-codes.ts'
import { markedPlaces, markings } from '../../hl7/confidentiality/marked-places.ts'
import type { ConfidentialityRow, MarkedPlace } from '../../hl7/confidentiality/marked-places.ts'
import type { SettingsProps } from './draft.ts'
import { RowsEditor } from './rows-editor.tsx'
import { Section } from './section.tsx'

const placeNames: Readonly<Record<MarkedPlace, string>> = {
  'MSH-8': 'security of the message',
  'PD1-12': 'protection indicator',
  'CON-11': 'consent to disclosure',
  'ARV-3': 'access restriction',
  'PV1-16': 'VIP',
  'TXA-18': 'a document',
  'DG1-18': 'a diagnosis',
  'OBR-4': 'what is ordered',
  'OBX-3': 'what is found',
  'AIS-3': 'what is booked',
}

const columns = [
  {
    key: 'place',
    label: 'Where',
    options: markedPlaces.map((value) => ({ value, label: `${value}, ${placeNames[value]}` })),
  },
  { key: 'code', label: 'Code' },
  { key: 'marks', label: 'Counts as', options: markings.map((value) => ({ value, label: labelOf(value) })) },
] as const

const blank: ConfidentialityRow = { place: 'PV1-16', code: '*', marks: 'restricted' }

/** What messages mark as sensitive. */
export function ConfidentialitySection({ draft, problems, onChange }: SettingsProps) {
  return (
    <Section
      title="Confidentiality: the first row that fits counts, * for any code; then the table of the house"
      problem={problems.get('confidentiality')}
    >
      <RowsEditor
        label="Confidentiality"
        columns={columns}
        rows={draft.confidentiality}
        blank={blank}
        onChange={(confidentiality) => onChange({ confidentiality })}
      />
      <HouseTable />
    </Section>
  )
}

function HouseTable() {
  return (
    <Accordion variant="contained" chevronPosition="left">
      <Accordion.Item value="house">
        <Accordion.Control>
          <Text size="sm">The table of the house</Text>
        </Accordion.Control>
        <Accordion.Panel>
          <Table verticalSpacing={3} aria-label="The table of the house">
            <Table.Tbody>
              {markedPlaces.map((place) => (
                <Table.Tr key={place}>
                  <Table.Td w={90}>{place}</Table.Td>
                  <Table.Td>
                    {codesByMarking(place).map(([marking, codes]) => (
                      <Text key={marking} size="xs">
                        {labelOf(marking)}: <Code>{codes}</Code>
                      </Text>
                    ))}
                    <Text size="xs">Any other code: {labelOf(houseTables[place].unknown)}</Text>
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  )
}

function codesByMarking(place: MarkedPlace): readonly (readonly [string, string])[] {
  const byMarking = Map.groupBy(Object.entries(houseTables[place].codes), ([, marking]) => marking)
  return [...byMarking].map(([marking, codes]) => [marking, codes.map(([code]) => code).join(' ')])
}
