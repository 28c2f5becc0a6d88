import { fastify } from 'fastify'
import { callbackOf, verifyFastify } from 'ringback/verify'

const app = fastify()

// A scope of its own: its bodies are kept raw, those of the other routes are parsed as ever.
app.register(async (scope) => {
  verifyFastify(scope, process.env.SECRET!)
  scope.post('/callbacks', async (request, reply) => {
    const { type, data } = callbackOf(request)
    console.log('took', type, data)
    return reply.code(204).send()
  })
})

await app.listen({ port: Number(process.env.PORT), host: '127.0.0.1' })
console.log('ready')
