// Makes an account:  node dist/src/account.js NAME --dir accounts --name "Jo Bright" --organisation rosewood-house
// or --worker w-marsh --team mash [--manager].  Reads the first password from standard input, prints the key
// for an authenticator once.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { Secret } from 'otpauth'
import { stringify } from 'yaml'
import { hashPassword, totp } from './app/accounts.js'

const PASSWORD_MIN = 10

function usage(why: string): never {
  console.error(`account: ${why}
usage: account NAME --dir DIR --name "FULL NAME" [--email E] [--job J] [--telephone T]
       (--organisation O [--own-profile FILE] | --worker W --team T ... [--manager])
       < PASSWORD, or --council-sign-in for staff who sign in at the council and have none here`)
  process.exit(2)
}

const text = { type: 'string' } as const
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    dir: text, name: text, email: text, job: text, telephone: text, organisation: text, 'own-profile': text,
    worker: text, team: { type: 'string', multiple: true }, manager: { type: 'boolean' },
    'council-sign-in': { type: 'boolean' },
  },
})
const id = positionals[0] ?? ''
if (!/^[a-z0-9][a-z0-9.-]{0,63}$/.test(id)) usage('NAME is a-z, 0-9, dot and -, at most 64')
if (!values.dir || !values.name) usage('--dir and --name are needed')
if (!values.organisation === !values.worker) usage('either --organisation or --worker')
const path = join(values.dir, `${id}.yaml`)
if (existsSync(path)) usage(`${path} is there already`)
const elsewhere = values['council-sign-in'] === true
if (elsewhere && (!values.worker || !values.email)) usage('--council-sign-in needs --worker and --email')
const password = elsewhere ? '' : readFileSync(0, 'utf8').replace(/\r?\n$/, '')
if (!elsewhere && password.length < PASSWORD_MIN) usage(`the password has fewer than ${PASSWORD_MIN} characters`)
const codeSecret = new Secret({ size: 20 }).base32
mkdirSync(values.dir, { recursive: true, mode: 0o700 })
writeFileSync(path, stringify({
  name: values.name, email: values.email, job: values.job, telephone: values.telephone, status: 'active',
  organisation: values.organisation, own_profile: values['own-profile'], worker: values.worker, teams: values.team,
  manager: values.manager, ...(elsewhere ? {} : { password: await hashPassword(password), code_secret: codeSecret }),
}), { mode: 0o600, flag: 'wx' })
const authenticator = totp(codeSecret)
authenticator.label = id
console.log(`${path} written.`)
if (!elsewhere) console.log(`For the authenticator, shown this once:\n${authenticator.toString()}`)
