/** Receivers that do harm, each on a port of its own, in a process of their own. */
import { type AddressInfo, createServer, type Socket } from 'node:net'
import { gzipSync } from 'node:zlib'

const KIB = 1_024
const BLOCK = Buffer.alloc(64 * KIB, 'x')
const CHUNK = Buffer.concat([Buffer.from(`${BLOCK.length.toString(16)}\r\n`), BLOCK, Buffer.from('\r\n')])

const head = (headers: string) => `HTTP/1.1 200 OK\r\n${headers}\r\n\r\n`

/** Writes for as long as anybody reads. */
function flood(socket: Socket, headers: string, block: Buffer) {
  socket.write(head(headers))
  const more = () => {
    while (!socket.destroyed && socket.write(block));
  }
  socket.on('drain', more)
  more()
}

function drip(socket: Socket, first: string) {
  socket.write(first)
  const dripping = setInterval(() => socket.write('x'), 100)
  socket.once('close', () => clearInterval(dripping))
}

let bomb: Buffer | undefined
const bombOf = () => (bomb ??= gzipSync(Buffer.alloc(200 << 20), { level: 9 }))

/** What each does once a request has begun to come. */
const HOSTILE: Record<string, (socket: Socket) => void> = {
  gigabyte: (socket) => flood(socket, `content-length: ${1 << 30}`, BLOCK),
  endless: (socket) => flood(socket, 'transfer-encoding: chunked', CHUNK),
  bomb: (socket) =>
    socket.write(
      Buffer.concat([
        Buffer.from(head(`content-encoding: gzip\r\ncontent-length: ${bombOf().length}`)),
        bombOf(),
      ]),
    ),
  dripBody: (socket) => drip(socket, head('content-length: 100000')),
  dripHeaders: (socket) => drip(socket, 'HTTP/1.1 200 OK\r\nx: '),
  silent: () => {},
  headerFlood: (socket) =>
    socket.write(`HTTP/1.1 200 OK\r\n${`x-${'y'.repeat(60)}: z\r\n`.repeat(2_000)}\r\n`),
  endless1xx: (socket) => socket.write('HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n'.repeat(20_000)),
  twoLengths: (socket) => socket.write('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 3\r\n\r\nok'),
  reset: (socket) => socket.resetAndDestroy(),
  resetInHeaders: (socket) => socket.write('HTTP/1.1 200 OK\r\nx: ', () => socket.resetAndDestroy()),
  refuses: (socket) => socket.write('HTTP/1.1 500 No\r\ncontent-length: 0\r\n\r\n'),
}

/** The ports, by their names. */
export type HostileNews = Record<string, number>

const ports: HostileNews = {}
for (const [name, harm] of Object.entries(HOSTILE)) {
  const server = createServer((socket) => {
    socket.on('error', () => {})
    // The headers of a request come in one piece here; its body follows.
    socket.on('data', (bytes) => {
      if (bytes.toString('latin1', 0, 5) === 'POST ') harm(socket)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  ports[name] = (server.address() as AddressInfo).port
}
// A socket that takes the connection of a TLS client, and says nothing.
const stalling = createServer((socket) => void socket.on('error', () => {}).resume())
await new Promise<void>((resolve) => stalling.listen(0, '127.0.0.1', resolve))
ports.tlsStall = (stalling.address() as AddressInfo).port
process.send!(ports)
process.once('disconnect', () => process.exit())
