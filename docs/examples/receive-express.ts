import express from 'express'
import { callbackOf, verifyExpress } from 'ringback/verify'

const app = express()

// Before express.json(): a signature is over the bytes, not over what a parser makes of them.
app.post('/callbacks', verifyExpress(process.env.SECRET!), async (request, response) => {
  const { type, data } = callbackOf(request)
  console.log('took', type, data)
  response.sendStatus(204)
})

app.use(express.json())
app.listen(Number(process.env.PORT), '127.0.0.1', () => console.log('ready'))
