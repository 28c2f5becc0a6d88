import { Link } from '@tanstack/react-router'
import { Card } from '../elements/card.tsx'
import { Loaded } from '../elements/loaded.tsx'
import { TEXT_LINK } from '../elements/text-link.ts'
import { AttemptPanel } from './attempt-panel.tsx'
import { DeliveryPill } from './delivery-pill.tsx'
import { useDelivery } from './use-deliveries.ts'

/** A delivery that was just set going, as it goes. */
export function WatchedDelivery({ tenant, id }: { tenant: string; id: string }) {
  const query = useDelivery(tenant, id)
  return (
    <Loaded query={query} rows={3}>
      {(delivery) => (
        <Card
          title={
            <span className="flex items-center gap-2">
              What came back <DeliveryPill delivery={delivery} />
            </span>
          }
          actions={
            <Link
              to="/tenants/$tenant/deliveries/$delivery"
              params={{ tenant, delivery: id }}
              className={`${TEXT_LINK} text-xs`}
            >
              Open the delivery
            </Link>
          }
        >
          <div role="status">
            {delivery.lastAttempt ? (
              <AttemptPanel delivery={delivery} attempt={delivery.lastAttempt} />
            ) : (
              <p className="text-sm text-ink-soft">On its way…</p>
            )}
          </div>
        </Card>
      )}
    </Loaded>
  )
}
