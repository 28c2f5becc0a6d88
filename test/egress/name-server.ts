/** A name server on loopback, over UDP. Source: RFC 1035 section 4 (messages), RFC 3596 (AAAA). */
import { createSocket } from 'node:dgram'
import { EventEmitter, once } from 'node:events'
import { isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { onTestFinished } from 'vitest'

/** What is asked for. */
export interface Question {
  name: string
  type: 'A' | 'AAAA'
}

/** Addresses (none: the name exists without any), a failure, or no answer at all. */
export type Reply = readonly string[] | keyof typeof RCODES | 'silence'

const TYPES = { A: 1, AAAA: 28 }
const RCODES = { SERVFAIL: 2, NXDOMAIN: 3, REFUSED: 5 }

export interface NameServer {
  /** `address:port`, as a resolver takes it. */
  address: string
  /** All that was asked, in order. */
  questions: Question[]
  /** Ends when so many questions were asked. */
  asked(count: number): Promise<void>
  /** How often this was asked. */
  times(name: string, type: Question['type']): number
}

/** Answers as `reply` says; closed when the test ends. */
export async function nameServer(reply: (question: Question) => Reply | Promise<Reply>): Promise<NameServer> {
  const socket = createSocket('udp4')
  const questions: Question[] = []
  const arrivals = new EventEmitter()
  socket.on('message', async (query, from) => {
    const question = read(query)
    questions.push(question)
    arrivals.emit('question')
    const answer = await reply(question)
    if (answer !== 'silence') socket.send(message(query, question, answer), from.port, from.address)
  })
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  onTestFinished(() => void socket.close())
  return {
    address: `127.0.0.1:${socket.address().port}`,
    questions,
    async asked(count) {
      while (questions.length < count) await once(arrivals, 'question')
    },
    times: (name, type) => questions.filter((asked) => asked.name === name && asked.type === type).length,
  }
}

const HEADER_BYTES = 12

/** Where the labels of the one question end: at an empty one. */
function endOfName(query: Buffer): number {
  let at = HEADER_BYTES
  while (query[at] !== 0) at += query[at]! + 1
  return at + 1
}

function read(query: Buffer): Question {
  const labels: string[] = []
  for (let at = HEADER_BYTES; query[at] !== 0; at += query[at]! + 1)
    labels.push(query.toString('latin1', at + 1, at + 1 + query[at]!))
  const type = query.readUInt16BE(endOfName(query)) === TYPES.AAAA ? 'AAAA' : 'A'
  return { name: labels.join('.').toLowerCase(), type }
}

function message(query: Buffer, { type }: Question, reply: Exclude<Reply, 'silence'>): Buffer {
  const addresses = typeof reply === 'string' ? [] : reply
  const header = Buffer.alloc(HEADER_BYTES)
  query.copy(header, 0, 0, 2)
  header.writeUInt16BE(0x8180 | (typeof reply === 'string' ? RCODES[reply] : 0), 2) // a response of a recursive server
  header.writeUInt16BE(1, 4)
  header.writeUInt16BE(addresses.length, 6)
  const question = query.subarray(HEADER_BYTES, endOfName(query) + 4)
  return Buffer.concat([header, question, ...addresses.map((address) => record(type, address))])
}

/** An answer for the name of the question, to which it points back. */
function record(type: Question['type'], address: string): Buffer {
  if (isIPv4(address) !== (type === 'A')) throw new Error(`${address} is no answer to ${type}.`)
  const bytes = Buffer.from(ipaddr.parse(address).toByteArray())
  const fixed = Buffer.alloc(12)
  fixed.writeUInt16BE(0xc000 | HEADER_BYTES, 0)
  fixed.writeUInt16BE(TYPES[type], 2)
  fixed.writeUInt16BE(1, 4) // IN
  fixed.writeUInt32BE(60, 6) // seconds to live
  fixed.writeUInt16BE(bytes.length, 10)
  return Buffer.concat([fixed, bytes])
}
