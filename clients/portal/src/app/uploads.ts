// Files that a form brings: read whole, within limits, before the form's token is looked at.  Who is not signed in, and
// did not begin to tell the council something, brings none; what else the form holds is read all the same.
import busboy from 'busboy'
import type { RequestHandler } from 'express'
import type { Services } from './services.js'

/** At once; the council says how many a concern may have. */
export const FILES_AT_ONCE = 5
/** Forms of people without an account that are read at the same time: each may be held whole. */
const STRANGERS_AT_ONCE = 4

export interface Upload {
  /** Without its folder; "" when the browser gave none. */
  name: string
  bytes: Buffer
  /** More than is taken: `bytes` is its beginning. */
  tooLarge: boolean
}

declare module 'express-serve-static-core' {
  interface Request {
    uploads?: Upload[]
    /** Files were chosen and not read: nobody is signed in any more. */
    uploadsLeft?: boolean
  }
}

export function uploads(services: Services): RequestHandler {
  let strangers = 0
  return (req, res, next) => {
    if (!req.is('multipart/form-data')) return next()
    req.body = {}
    const began = req.path.startsWith('/report/') && Boolean(req.session.reporter ?? req.session.following)
    const may = Boolean(req.person) || began
    if (!req.person && began) {
      if (strangers >= STRANGERS_AT_ONCE) {
        req.resume()
        return next(Object.assign(new Error('too many files at once'), { status: 503 }))
      }
      strangers++
      res.on('close', () => strangers--)
    }
    const files: Upload[] = []
    const fields = req.body as Record<string, string>
    let over = false
    const end = (e?: unknown): void => {
      if (over) return
      over = true
      req.uploads = files
      if (e) req.unpipe()
      next(e ? Object.assign(new Error('a form that cannot be read'), { status: 400 }) : undefined)
    }
    try {
      const form = busboy({ headers: req.headers, defParamCharset: 'utf8', limits: {
        fileSize: services.files.limits().bytes, files: FILES_AT_ONCE, fields: 30, fieldSize: 65_536, parts: 40 } })
      form.on('field', (name, value) => void (fields[name] = value))
      form.on('file', (_field, stream, { filename }) => {
        if (!may) {
          req.uploadsLeft ||= Boolean(filename)
          return void stream.resume()
        }
        const parts: Buffer[] = []
        stream.on('data', (part: Buffer) => void parts.push(part))
        stream.on('close', () => {
          const bytes = Buffer.concat(parts)
          // What a form sends where nobody chose a file.
          if (bytes.length > 0 || filename) files.push({ name: filename ?? '', bytes, tooLarge: stream.truncated === true })
        })
      })
      form.on('close', () => end())
      form.on('error', end)
      req.on('aborted', () => end(true))
      req.pipe(form)
    } catch (e) {
      end(e)
    }
  }
}
