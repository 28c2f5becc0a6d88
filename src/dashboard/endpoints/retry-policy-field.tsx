import type { RetryPolicy } from '../api/shapes.ts'
import { SelectField, TextField } from '../elements/field.tsx'
import { DEFAULT_RETRY } from './default-retry.ts'
import { describeRetries } from './describe-retries.ts'

const NUMBERS = [
  { name: 'baseSeconds', label: 'First delay, s', min: 0, max: 86_400 },
  { name: 'factor', label: 'Times', min: 1, max: 10 },
  { name: 'maxDelaySeconds', label: 'Longest delay, s', min: 0, max: 604_800 },
  { name: 'maxAttempts', label: 'Attempts', min: 1, max: 100 },
] as const

/** When a failed delivery is tried again. */
export function RetryPolicyField({
  value: policy,
  onChange,
  inherited,
}: {
  value: RetryPolicy | null
  onChange: (policy: RetryPolicy | null) => void
  /** Whose policy holds when there is none here. */
  inherited: string
}) {
  return (
    <fieldset className="flex flex-col gap-2">
      <SelectField
        label="Retries"
        value={policy?.kind ?? 'inherited'}
        options={[
          { value: 'inherited', label: `As ${inherited}` },
          { value: 'exponential', label: 'Delays that grow' },
          { value: 'schedule', label: 'Delays one by one' },
        ]}
        onChange={(event) => onChange(policyOf(event.target.value))}
      />
      {policy?.kind === 'exponential' && (
        <div className="grid grid-cols-2 gap-2 sm:grid-cols-4">
          {NUMBERS.map(({ name, label, ...bounds }) => (
            <TextField
              key={name}
              label={label}
              type="number"
              step="any"
              {...bounds}
              value={policy[name]}
              onChange={(event) => onChange({ ...policy, [name]: Number(event.target.value) })}
            />
          ))}
        </div>
      )}
      {policy?.kind === 'schedule' && (
        <TextField
          label="Delays in seconds"
          placeholder="10, 60, 600, 3600"
          defaultValue={policy.delaysSeconds.join(', ')}
          onChange={(event) => onChange({ ...policy, delaysSeconds: delaysOf(event.target.value) })}
        />
      )}
      {policy && <p className="text-xs text-ink-faint">{describeRetries(policy)}</p>}
    </fieldset>
  )
}

function policyOf(kind: string): RetryPolicy | null {
  if (kind === 'exponential') return DEFAULT_RETRY
  if (kind === 'schedule') return { kind: 'schedule', delaysSeconds: [10, 60, 600, 3_600], jitter: 0.2 }
  return null
}

const delaysOf = (text: string): number[] =>
  text
    .split(/[\s,]+/)
    .filter((part) => part !== '')
    .map(Number)
    .filter((seconds) => Number.isFinite(seconds))
