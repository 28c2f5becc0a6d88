/** POSTs one request again and again over some connections, each when the last was answered: the least that a load can cost. */
import { connect } from 'node:net'
import { milliseconds } from './figures.ts'

/** What is sent, and how long. */
export interface PostsTask {
  url: string
  path: string
  headers: Record<string, string>
  body: string
  connections: number
  seconds: number
}

/** Answers a second; all were 202. */
export type PostsNews = { perSecond: number } | { error: string }

process.once('message', async (task: PostsTask) => {
  const news: PostsNews = await measure(task).then(
    (perSecond) => ({ perSecond }),
    (error) => ({ error: String(error) }),
  )
  process.send!(news, () => process.exit())
})

async function measure({ url, path, headers, body, connections, seconds }: PostsTask): Promise<number> {
  const { hostname, port } = new URL(url)
  const lines = Object.entries({ host: hostname, ...headers, 'content-length': `${Buffer.byteLength(body)}` })
  const request = Buffer.from(
    `POST ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`,
  )
  const began = milliseconds()
  const end = began + seconds * 1_000
  let answers = 0
  const lane = () =>
    new Promise<void>((resolve, reject) => {
      const socket = connect(Number(port), hostname)
      let text = ''
      socket.setEncoding('latin1').on('error', reject)
      socket.on('data', (more) => {
        text += more
        const length = lengthOfAnswer(text)
        if (length === undefined || text.length < length) return
        if (!text.startsWith('HTTP/1.1 202')) return reject(new Error(text.slice(0, 500)))
        text = text.slice(length)
        answers++
        if (milliseconds() < end) socket.write(request)
        else socket.end(resolve)
      })
      socket.write(request)
    })
  await Promise.all(Array.from({ length: connections }, lane))
  return (answers / (milliseconds() - began)) * 1_000
}

/** How long the answer is that begins here; undefined while its head is not whole. */
function lengthOfAnswer(text: string): number | undefined {
  const head = text.indexOf('\r\n\r\n')
  if (head < 0) return undefined
  const length = /^content-length: (\d+)/im.exec(text.slice(0, head))?.[1]
  return head + 4 + Number(length ?? Number.NaN)
}
