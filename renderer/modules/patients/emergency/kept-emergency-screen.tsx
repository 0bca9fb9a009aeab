import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core'
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { Id } from '#app/kernel/index.ts'
import type { EmergencyPatient, OpenedEmergencySet } from '#renderer/replica/contract.ts'
import { describeCode } from '#renderer/ui/feedback/describe-fault.ts'
import { FaultAlert } from '#renderer/ui/feedback/fault-alert.tsx'
import { EmergencyBanner, useEachSecond } from './emergency-banner.tsx'
import { KeptRecords } from './kept-records.tsx'

type KeptEmergencyScreenProps = {
  readonly opened: OpenedEmergencySet
  /** Whose records are shown first; null: they are searched for. */
  readonly patientId: Id | null
  readonly onClose: () => void
}

/** What this computer keeps for emergencies, while it is open. Leaving it, locking, or the end of its time closes it. */
export function KeptEmergencyScreen({ opened, patientId, onClose }: KeptEmergencyScreenProps) {
  const left = useEachSecond(useCallback(() => opened.left(), [opened]))
  useEndWhenLeft(opened)
  return (
    <Modal opened fullScreen onClose={onClose} title="Emergency access without a network">
      {left > 0 ? (
        <>
          <EmergencyBanner title="Emergency access, from this computer" left={left} onEnd={onClose} />
          <KeptPatients opened={opened} patientId={patientId} />
        </>
      ) : (
        <FaultAlert fault={describeCode('access.emergency-over')} />
      )}
    </Modal>
  )
}

/** Once it is really left: in development React takes every component away once, and brings it back. */
function useEndWhenLeft(opened: OpenedEmergencySet): void {
  const leaving = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    clearTimeout(leaving.current)
    return () => {
      leaving.current = setTimeout(() => opened.end())
    }
  }, [opened])
}

type KeptPatientsProps = Pick<KeptEmergencyScreenProps, 'opened' | 'patientId'>

function KeptPatients({ opened, patientId }: KeptPatientsProps) {
  const [words, setWords] = useState('')
  const first = useMemo(() => (patientId === null ? null : lookUp(opened, patientId)), [opened, patientId])
  const [chosen, setChosen] = useState<EmergencyPatient | null>(first)
  const found = useMemo(() => search(opened, words), [opened, words])
  return (
    <Stack>
      {patientId !== null && first === null && (
        <Text size="sm">Nothing that is restricted is kept here of the patient whose page this was.</Text>
      )}
      <TextInput
        label="Whose records?"
        description="By name, two letters at least. Only what is kept here for emergencies is searched."
        value={words}
        autoComplete="off"
        spellCheck={false}
        onChange={(event) => {
          setWords(event.currentTarget.value)
          setChosen(null)
        }}
      />
      {chosen === null && (
        <Group gap="xs" role="group" aria-label="Patients found">
          {found.map((one) => (
            <Button key={one.patientId} variant="default" onClick={() => setChosen(one)}>
              {one.title} ({one.records})
            </Button>
          ))}
          {words.trim().length >= 2 && found.length === 0 && <Text size="sm">Nobody of that name.</Text>}
        </Group>
      )}
      {chosen !== null && <KeptRecords key={chosen.patientId} opened={opened} patient={chosen} />}
    </Stack>
  )
}

/** It may have ended since it was drawn: the next second says so. */
function search(opened: OpenedEmergencySet, words: string): readonly EmergencyPatient[] {
  return opened.left() === 0 || words.trim().length < 2 ? [] : opened.find(words)
}

function lookUp(opened: OpenedEmergencySet, patientId: Id): EmergencyPatient | null {
  return opened.left() === 0 ? null : opened.patient(patientId)
}
