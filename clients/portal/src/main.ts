// The portal's program:  node dist/src/main.js --config portal.yaml, or TRIAGED_PORTAL_CONFIG in the environment.
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseArgs } from 'node:util'
import { portal } from './app/app.js'
import { ConfigError, loadConfig } from './app/config.js'
import { Services } from './app/services.js'
import { ProfileError } from './wire/profile.js'

const EXIT_CONFIG = 78
/** What is being answered when it is told to stop may still be answered; boards that are watched never end. */
const LEAVE_MS = 3_000

function begin(): void {
  const { values } = parseArgs({ options: { config: { type: 'string', default: process.env['TRIAGED_PORTAL_CONFIG'] ?? '/etc/triaged-portal/portal.yaml' } } })
  const config = loadConfig(values.config!, process.env)
  const services = new Services(config)
  services.open()
  const server = createServer(portal(services))
  server.listen(config.port, config.host, () => {
    const { port } = server.address() as AddressInfo
    console.log(JSON.stringify({ event: 'portal_ready', host: config.host, port }))
  })
  const stop = (): void => {
    server.close(() => {
      services.close()
      process.exit(0)
    })
    server.closeIdleConnections()
    setTimeout(() => server.closeAllConnections(), LEAVE_MS).unref()
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

try {
  begin()
} catch (e) {
  if (!(e instanceof ConfigError || e instanceof ProfileError)) throw e
  console.error(`triaged-portal: ${e.message}`)
  process.exit(EXIT_CONFIG)
}
