import {
  Area,
  AreaChart,
  Bar,
  BarChart,
  CartesianGrid,
  Legend,
  ResponsiveContainer,
  Tooltip,
  XAxis,
  YAxis,
} from 'recharts'
import type { Stats } from '../api/shapes.ts'
import { Card } from '../elements/card.tsx'
import { duration, inWords } from '../elements/time-text.ts'
import { useZone } from '../elements/zone.ts'
import { ticksOf } from './ticks.ts'

const HEIGHT = 220

/** A bucket's beginning: the time of day in a short window, else the day. */
function tickOf(stats: Stats): (at: string) => string {
  const isShort = stats.window === '1h' || stats.window === '24h'
  return (at) =>
    inWords(at, isShort ? { hour: 'numeric', minute: '2-digit' } : { month: 'short', day: 'numeric' })
}

const AXIS = {
  stroke: 'var(--line)',
  tick: { fill: 'var(--ink-faint)', fontSize: 11 },
  tickLine: false,
} as const

const LEGEND = {
  iconType: 'circle',
  iconSize: 8,
  wrapperStyle: { fontSize: 12 },
  // The colour of a line is too pale for text.
  formatter: (name: string) => <span className="text-ink-soft">{name}</span>,
} as const

const TOOLTIP = {
  contentStyle: {
    background: 'var(--surface)',
    border: '1px solid var(--line)',
    borderRadius: 6,
    fontSize: 12,
    color: 'var(--ink)',
  },
  cursor: { fill: 'var(--sunken)', stroke: 'var(--line)' },
  isAnimationActive: false,
} as const

/** Attempts and latency over time. Loaded when shown: the library is larger than the rest of the screen. */
export default function StatsCharts({ stats }: { stats: Stats }) {
  const isUtc = useZone() === 'UTC'
  const ticks = ticksOf(stats, (at) => (isUtc ? 0 : at.getTimezoneOffset()))
  const tick = tickOf(stats)
  // A line needs two points to be seen.
  const isSparse = stats.buckets.filter(({ attempts }) => attempts > 0).length < 3
  const label = (at: unknown) => inWords(String(at), { dateStyle: 'medium', timeStyle: 'short' })
  return (
    <div className="grid gap-4 lg:grid-cols-2">
      <Card title="Attempts">
        <ResponsiveContainer width="100%" height={HEIGHT}>
          <BarChart data={stats.buckets} margin={{ left: -16, right: 4 }} accessibilityLayer>
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="at" ticks={ticks} tickFormatter={tick} minTickGap={12} {...AXIS} />
            <YAxis allowDecimals={false} {...AXIS} />
            <Legend {...LEGEND} />
            <Tooltip labelFormatter={label} {...TOOLTIP} />
            <Bar
              name="Succeeded"
              dataKey="succeeded"
              stackId="all"
              fill="var(--chart-good)"
              isAnimationActive={false}
            />
            <Bar
              name="Failed"
              dataKey="failed"
              stackId="all"
              fill="var(--chart-bad)"
              isAnimationActive={false}
            />
          </BarChart>
        </ResponsiveContainer>
      </Card>
      <Card title="Latency">
        <ResponsiveContainer width="100%" height={HEIGHT}>
          <AreaChart data={stats.buckets} margin={{ left: -8, right: 4 }} accessibilityLayer>
            <CartesianGrid vertical={false} stroke="var(--line)" />
            <XAxis dataKey="at" ticks={ticks} tickFormatter={tick} minTickGap={12} {...AXIS} />
            <YAxis tickFormatter={(ms: number) => duration(ms)} {...AXIS} />
            <Legend {...LEGEND} />
            <Tooltip labelFormatter={label} formatter={(ms) => duration(Number(ms))} {...TOOLTIP} />
            {LATENCIES.map(({ key, color }) => (
              <Area
                key={key}
                name={key}
                dataKey={key}
                stroke={color}
                fill={color}
                fillOpacity={0.08}
                connectNulls
                dot={isSparse}
                isAnimationActive={false}
              />
            ))}
          </AreaChart>
        </ResponsiveContainer>
      </Card>
    </div>
  )
}

const LATENCIES = [
  { key: 'p99', color: 'var(--chart-warn)' },
  { key: 'p95', color: 'var(--chart-wait)' },
  { key: 'p50', color: 'var(--accent-ink)' },
] as const
