import { Badge, Button, Table, Text } from '@mantine/core'
import { Moment } from '../moment.tsx'
import { PurposeGate } from '../purpose-gate.tsx'
import { useRoute } from '../route.ts'
import { useConsole } from '../session.tsx'
import { OpenDossier } from './open-dossier.tsx'

/** The devices there are; the dossier of one. */
export function DossierPage() {
  const { route } = useRoute()
  const [, deviceId] = route
  if (deviceId === undefined || deviceId === '') return <DeviceList />
  return (
    <PurposeGate>
      <OpenDossier key={deviceId} deviceId={deviceId} />
    </PurposeGate>
  )
}

function DeviceList() {
  const { data } = useConsole('dossier-devices', {})
  const { go } = useRoute()
  return (
    <>
      <Text size="sm" mb="md">
        Of a device that was lost or stolen, a dossier says whose information it held, whether its keys could
        have been used, and by when whom must be told. You decide, and sign.
      </Text>
      <Table>
        <Table.Tbody>
          {(data?.devices ?? []).map(({ id, device, user, lastSeenAt, wipedAt, signed }) => (
            <Table.Tr key={id}>
              <Table.Td>
                {device}
                {wipedAt !== null && (
                  <Badge ml="xs" color="gray">
                    wiped
                  </Badge>
                )}
              </Table.Td>
              <Table.Td>{user}</Table.Td>
              <Table.Td>
                <Moment at={lastSeenAt} />
              </Table.Td>
              <Table.Td>
                <Button size="compact-sm" variant="default" onClick={() => go('dossier', id)}>
                  {signed ? 'Signed dossier' : 'Dossier'}
                </Button>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </>
  )
}
