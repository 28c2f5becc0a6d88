import { createServer } from 'node:http'
import { receiveNode, rememberInMemory } from 'ringback/verify'

const receive = receiveNode(
  process.env.SECRET!,
  async ({ type, data }) => {
    console.log('took', type, data)
  },
  { seenIds: rememberInMemory(), onRefused: console.error, onFailed: console.error },
)

createServer(receive).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'))
