import { z } from '@hono/zod-openapi'
import type { NoticeData, NoticeType } from '../../notices/notice.ts'
import { idOf } from '../requests.ts'
import { shownMoment } from '../responses.ts'

const endpointId = idOf('endpoint')
const attempts = z.int().openapi({ description: 'How often it was attempted by then.' })
const ofDelivery = { deliveryId: idOf('delivery'), eventId: idOf('event'), endpointId, attempts }

/** A kind of notice: when it is given, and its `data` beside `tenantId` and `at`. */
interface NoticeShape<T extends NoticeType> {
  summary: string
  data: z.ZodObject & z.ZodType<NoticeData[T]>
}

/** Every notice, for the document. */
export const NOTICE_SHAPES: { [T in NoticeType]: NoticeShape<T> } = {
  'endpoint.failing': {
    summary: "So many attempts in a row have failed that the endpoint's status became `failing`",
    data: z.object({
      endpointId,
      failingSince: shownMoment.openapi({ description: 'The first failure since the last success.' }),
      failedAttempts: z.int().openapi({ description: 'Failed attempts since then.' }),
    }),
  },
  'endpoint.disabled': {
    summary: 'An endpoint was disabled; what comes for it is held',
    data: z.object({
      endpointId,
      reason: z.enum(['gone', 'failing', 'manual']).openapi({
        description: 'It answered 410; nothing got through for days; somebody said so.',
      }),
    }),
  },
  'endpoint.enabled': {
    summary: 'A disabled endpoint was switched on again; what was held for it goes on',
    data: z.object({ endpointId }),
  },
  'delivery.failed': {
    summary: 'A delivery ended `failed`: no attempt is left',
    data: z.object({
      ...ofDelivery,
      reason: z.string().openapi({ description: 'Why no more are made.', example: 'attempts_exhausted' }),
    }),
  },
  'delivery.recovered': {
    summary: 'A delivery that was retried, by hand or by a recovery, got through',
    data: z.object(ofDelivery),
  },
  'recovery.finished': {
    summary: 'All that a recovery set going has ended',
    data: z.object({
      recoveryId: idOf('recovery'),
      matched: z.int().openapi({ description: 'How many deliveries it matched when it began.' }),
      done: z.int().openapi({ description: 'How many of those that it retried have ended.' }),
      failed: z.int().openapi({ description: 'How many of these ended `failed`.' }),
    }),
  },
}

/** The `data` of a notice as it is sent. */
export const noticeData = (type: NoticeType) =>
  NOTICE_SHAPES[type].data.extend({
    tenantId: z
      .string()
      .openapi({ description: 'Whose endpoint, delivery or recovery it is.', example: 'acme' }),
    at: shownMoment.openapi({ description: 'When it came to pass.' }),
  })
