import { Menu } from '@base-ui/react/menu'
import { Check, Columns3 } from 'lucide-react'
import { buttonClass } from './button.tsx'
import { chooseColumn, useColumnChoice } from './column-choice.ts'
import type { Column } from './table.tsx'

/** Shows and hides the columns of a list. Narrow screens have room for the first few alone, and no such choice. */
export function ColumnMenu<T>({ list, columns }: { list: string; columns: readonly Column<T>[] }) {
  const isShown = useColumnChoice<T>(list)
  return (
    <Menu.Root modal={false}>
      <Menu.Trigger className={`${buttonClass('plain', 'small')} max-md:hidden`}>
        <Columns3 size={13} aria-hidden />
        Columns
      </Menu.Trigger>
      <Menu.Portal>
        <Menu.Positioner align="end" sideOffset={4} className="z-40">
          <Menu.Popup className="min-w-40 rounded-md border border-line bg-surface py-1 text-sm shadow-float outline-none">
            {columns
              .filter(({ choice }) => choice !== undefined)
              .map((column) => (
                <Menu.CheckboxItem
                  key={column.head}
                  checked={isShown(column)}
                  onCheckedChange={(next) => chooseColumn(list, column.head, next)}
                  className="flex cursor-pointer items-center gap-2 px-3 py-1.5 outline-none data-highlighted:bg-sunken"
                >
                  <span className="flex size-4 items-center justify-center rounded-sm border border-line-strong">
                    <Menu.CheckboxItemIndicator>
                      <Check size={12} aria-hidden className="text-accent-ink" />
                    </Menu.CheckboxItemIndicator>
                  </span>
                  {column.head}
                </Menu.CheckboxItem>
              ))}
          </Menu.Popup>
        </Menu.Positioner>
      </Menu.Portal>
    </Menu.Root>
  )
}
