import { Button, Menu } from '@mantine/core'
import { IconChevronDown } from '@tabler/icons-react'
import { usePermission } from '#renderer/ui/data/use-permission.ts'
import type { Opportunity } from './opportunity-views.ts'
import { usePipelines } from './stages.ts'
import { useMoveStage } from './use-move-stage.ts'

/** Moves an opportunity from its own page. */
export function StageMenu({ view }: { readonly view: Opportunity }) {
  const permission = usePermission('opportunities', view.scopes)
  const moveStage = useMoveStage()
  const pipeline = usePipelines().find(({ id }) => id === view.pipelineId)
  if (pipeline === undefined || !permission.write.has('stageId')) return null
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button variant="light" rightSection={<IconChevronDown size={14} aria-hidden />}>
          Move to
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {pipeline.stages
          .filter(({ id }) => id !== view.stageId)
          .map((stage) => (
            <Menu.Item key={stage.id} onClick={() => void moveStage(view, stage, pipeline.id)}>
              {stage.name}
            </Menu.Item>
          ))}
      </Menu.Dropdown>
    </Menu>
  )
}
