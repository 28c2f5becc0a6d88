import { expect, test } from 'vitest'
import { isWanted, toggle, treeOf } from '../../src/dashboard/endpoints/event-type-nodes.ts'

test('names become a tree by their dots, and a name that has others below it stands beside its group', () => {
  expect(treeOf(['push', 'issue.opened', 'issue', 'issue.label.added'])).toEqual([
    { part: 'issue', pattern: 'issue', children: [] },
    {
      part: 'issue.*',
      pattern: 'issue.*',
      children: [
        {
          part: 'label.*',
          pattern: 'issue.label.*',
          children: [{ part: 'added', pattern: 'issue.label.added', children: [] }],
        },
        { part: 'opened', pattern: 'issue.opened', children: [] },
      ],
    },
    { part: 'push', pattern: 'push', children: [] },
  ])
})

test('choosing a group takes the place of what it covers', () => {
  expect(toggle(['issue.opened', 'push'], 'issue.*')).toEqual(['push', 'issue.*'])
  expect(toggle(['issue.*', 'push'], 'issue.*')).toEqual(['push'])
})

test('a pattern is for what is below it, and not for what only begins alike', () => {
  expect(isWanted('issue.opened', ['issue.*'])).toBe(true)
  expect(isWanted('issues.opened', ['issue.*'])).toBe(false)
  expect(isWanted('issue', ['issue.*'])).toBe(false)
  expect(isWanted('anything', ['*'])).toBe(true)
})
