import { createServer } from 'node:http'
import { receiveNode } from 'ringback/verify'

interface Catalogue {
  'invoice.paid': { amount: number }
  'user.left': { name: string }
}

const receive = receiveNode<Catalogue>(process.env.SECRET!, async (callback) => {
  switch (callback.type) {
    case 'invoice.paid':
      console.log('took', callback.type, callback.data.amount.toFixed(2))
      break
    case 'user.left':
      console.log('took', callback.type, callback.data.name.toUpperCase())
      break
  }
})

createServer(receive).listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'))
