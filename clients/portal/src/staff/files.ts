// Files of a case, to whoever said why they open it: part by part, as a download that no browser runs.
import { type Request, type Response, Router } from 'express'
import { FileState } from '../../gen/triage/v1/attachment_pb.js'
import { Status } from '../../gen/triage/v1/common_pb.js'
import type { FetchReply } from '../../gen/triage/v1/attachment_pb.js'
import type { Services } from '../app/services.js'
import { Refused } from '../wire/link.js'
import { whyOf } from './why.js'

export const FILE_STATES: Record<FileState, string> = {
  [FileState.UNSPECIFIED]: '', [FileState.AWAITED]: 'named, and not here yet', [FileState.CHECKING]: 'being compared with its digest',
  [FileState.PENDING]: 'not scanned for viruses yet', [FileState.CLEAN]: 'scanned, nothing found',
  [FileState.INFECTED]: 'a virus was found: nobody can open it', [FileState.NOT_SCANNED]: 'not scanned for viruses',
  [FileState.REFUSED]: 'what came was not this file',
}
/** Which can be opened, and which only by who says so. */
export function mayOpen(state: FileState): boolean {
  return state === FileState.CLEAN || state === FileState.NOT_SCANNED || state === FileState.PENDING
}

export class CaseFiles {
  readonly router = Router()

  constructor(private readonly services: Services) {
    this.router.get('/case/:ref/file/:number', (req, res) => this.download(req, res))
  }

  private part(req: Request, why: string, offset: bigint): Promise<FetchReply> {
    const value = { reference: String(req.params['ref']), number: Number(req.params['number']) || 0, offset, reason: why,
      beforeScan: req.query['unscanned'] !== undefined }
    return this.services.desk().fetch('fetch', { case: 'fetch', value: value as never }, { worker: req.person!.worker })
  }

  private async download(req: Request, res: Response): Promise<void> {
    const reference = String(req.params['ref'])
    const why = whyOf(req, reference)
    if (why === '') return res.redirect(303, `/case/${reference}`)
    let got: FetchReply
    try {
      got = await this.part(req, why, 0n)
    } catch (e) {
      if (!(e instanceof Refused) || e.status === Status.NOT_FOUND) throw e
      const text = e.problems[0]?.text ?? e.message
      return void res.status(e.status === Status.BUSY ? 503 : 409).render('message',
        { title: 'This file cannot be opened now', text, again: `/case/${reference}` })
    }
    res.attachment(got.file!.name).type('application/octet-stream')
    res.set({ 'Content-Length': String(got.file!.sizeBytes), 'Cache-Control': 'no-store', 'Content-Security-Policy': "default-src 'none'; sandbox" })
    try {
      for (let at = BigInt(got.part.length); ; at += BigInt(got.part.length)) {
        if (!res.write(got.part)) await new Promise((resolve) => void res.once('drain', resolve).once('close', resolve))
        if (at >= got.file!.sizeBytes || res.closed) break
        got = await this.part(req, why, at)
      }
      res.end()
    } catch {
      res.destroy() // Half a file is none: the browser says that it broke off.
    }
  }
}
