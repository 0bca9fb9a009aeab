import { Badge, List, Text } from '@mantine/core'
import type { ConsoleDossier } from '../../console-api/protocol/privacy/dossier-calls.ts'

const signs = {
  for: { color: 'green', words: 'secured' },
  against: { color: 'red', words: 'open' },
  neither: { color: 'gray', words: 'note' },
} as const

/** Each fact, and which way it speaks; then what they say together. */
export function DossierEvidence({ evidence, suggestion }: Pick<ConsoleDossier, 'evidence' | 'suggestion'>) {
  return (
    <>
      <List spacing={6} listStyleType="none">
        {evidence.map(({ fact, speaks, says }) => (
          <List.Item key={fact} data-fact={fact}>
            <Badge color={signs[speaks].color} mr="xs" w={80}>
              {signs[speaks].words}
            </Badge>
            {says}
          </List.Item>
        ))}
      </List>
      <Text fw={600} mt="md">
        {suggestion === 'secured'
          ? 'Nothing speaks against the safe harbour for secured information (45 CFR 164.402). You decide.'
          : 'Something speaks against the safe harbour (45 CFR 164.402): weigh the four factors below.'}
      </Text>
    </>
  )
}
