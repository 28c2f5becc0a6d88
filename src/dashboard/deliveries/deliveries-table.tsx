import type { Delivery } from '../api/shapes.ts'
import { Table } from '../elements/table.tsx'
import { DELIVERY_LIST, type DeliveryColumns } from './delivery-columns.tsx'

/** Deliveries, each leading to its own screen. */
export function DeliveriesTable({
  deliveries,
  columns,
}: {
  deliveries: readonly Delivery[]
  columns: DeliveryColumns
}) {
  return (
    <Table
      label="Deliveries"
      list={DELIVERY_LIST}
      columns={columns}
      rows={deliveries}
      keyOf={({ id }) => id}
    />
  )
}
