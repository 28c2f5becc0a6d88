// app/callbacks/route.ts
import { receive } from 'ringback/verify'

export const POST = receive(process.env.SECRET!, async ({ type, data }) => {
  console.log('took', type, data)
})
