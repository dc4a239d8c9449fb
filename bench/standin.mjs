// A stand-in for the official app's data layer, as it is described in docs/performance.md: it fetches what an overview
// shows, parses all of it, and writes all of it into one file; it opens by reading that file. One JSON command a line in, one
// answer a line out, with the nanoseconds that the work took: the process stays, so that it is as warm as what it is measured
// beside.
import { readFileSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import https from 'node:https'
import { createInterface } from 'node:readline'

// One connection that stays open, as an app's does. Bodies come as the hosted server sends them: not compressed.
const kept = { keepAlive: true, maxSockets: 1 }
const agents = { 'http:': new http.Agent(kept), 'https:': new https.Agent(kept) }

function get(url, key) {
  return new Promise((resolve, reject) => {
    const headers = { authorization: `Bearer ${key}`, accept: 'application/json, text/plain, */*' }
    const { protocol } = new URL(url)
    const { get } = protocol === 'https:' ? https : http
    const request = get(url, { agent: agents[protocol], headers }, (reply) => {
      let body = ''
      reply.setEncoding('utf8')
      reply.on('data', (part) => (body += part))
      reply.on('end', () => resolve({ status: reply.statusCode, body }))
      reply.on('error', reject)
    })
    request.on('error', reject)
  })
}

const sources = { sessions: '/v1/sessions?limit=50', fleet: '/v1/fleet/health' }

const commands = {
  // What an overview shows, from the server into the file.
  async poll({ server, key, file }) {
    const all = { timestamp: Date.now() }
    for (const [name, path] of Object.entries(sources)) {
      const { status, body } = await get(server + path, key)
      if (status !== 200) throw new Error(`the server answered ${status}`)
      all[name] = JSON.parse(body)
    }
    const text = JSON.stringify(all)
    writeFileSync(file, text)
    return { bytes: Buffer.byteLength(text) }
  },
  // The file into rows, as at a start.
  async open({ file }) {
    const began = process.hrtime.bigint()
    const read = JSON.parse(readFileSync(file, 'utf8'))
    const rows = read.sessions.data.sessions.slice(0, 50)
    return { nanos: Number(process.hrtime.bigint() - began), rows: rows.length }
  },
}

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line)
  try {
    console.log(JSON.stringify(await commands[command.do](command)))
  } catch (error) {
    console.log(JSON.stringify({ error: String(error.message ?? error) }))
  }
}
for (const agent of Object.values(agents)) agent.destroy()
