/**
 * What the runner's reports say. `files REPORT`: the files with a failure, a line each. `counts REPORT [AGAIN]`: how many
 * tests passed and failed, where the files of the second report stand in place of the same files in the first.
 */
import { readFileSync } from 'node:fs'

const [question, ...paths] = process.argv.slice(2)
const reports = paths.map((path) => JSON.parse(readFileSync(path, 'utf8')).testResults)

if (question === 'files') {
  for (const { name, status } of reports[0]) if (status === 'failed') process.stdout.write(`${name}\n`)
} else {
  const files = new Map(reports.flat().map((file) => [file.name, file]))
  let passed = 0
  let failed = 0
  for (const { status, assertionResults } of files.values()) {
    const failures = assertionResults.filter((test) => test.status === 'failed').length
    passed += assertionResults.filter((test) => test.status === 'passed').length
    // A file that broke before its first test counts as a failure too.
    failed += status === 'failed' ? Math.max(failures, 1) : 0
  }
  process.stdout.write(`${passed} ${failed}\n`)
}
