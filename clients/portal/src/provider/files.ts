// Files that go with a concern: chosen while it is written, or added to one that is there.
import { create, toBinary } from '@bufbuild/protobuf'
import { type Request, type Response, Router } from 'express'
import { FileState } from '../../gen/triage/v1/attachment_pb.js'
import { SafeguardingConcernSchema } from '../../gen/triage/v1/concern_pb.js'
import { errorsOf, refusal, type Wrong } from '../app/problems.js'
import { FILES_AT_ONCE, type Upload } from '../app/uploads.js'
import type { Services } from '../app/services.js'
import { attachmentOf, type KeptFile } from '../wire/files.js'
import { uuid7 } from '../wire/keys.js'
import type { Draft, Drafts } from './drafts.js'
import { NotTheirs, type Thread, Voices } from './voice.js'

const NAME_BYTES_MAX = 120
const KINDS = 'a PDF, a JPEG, PNG or HEIC picture, plain text, or a Word (docx) or OpenDocument (odt) document'

const begins = (b: Buffer, at: number, mark: string): boolean =>
  b.subarray(at, at + mark.length).equals(Buffer.from(mark, 'latin1'))
const isZip = (b: Buffer): boolean => begins(b, 0, 'PK\x03\x04')
const OPEN_DOCUMENT = 'application/vnd.oasis.opendocument.text'
const HEIC = ['heic', 'heix', 'heim', 'heis', 'hevc', 'mif1']

/** What the council looks for as well when the bytes come: said here while somebody can choose another. */
const TYPES: [RegExp, string, (b: Buffer) => boolean][] = [
  [/\.pdf$/i, 'application/pdf', (b) => b.subarray(0, 1024).includes('%PDF-')],
  [/\.jpe?g$/i, 'image/jpeg', (b) => begins(b, 0, '\xff\xd8\xff')],
  [/\.png$/i, 'image/png', (b) => begins(b, 0, '\x89PNG\r\n\x1a\n')],
  [/\.heic$/i, 'image/heic', (b) => begins(b, 4, 'ftyp') && HEIC.includes(b.subarray(8, 12).toString('latin1'))],
  [/\.txt$/i, 'text/plain', (b) => !b.some((c) => (c < 32 && ![9, 10, 12, 13].includes(c)) || c === 127)],
  [/\.docx$/i, 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
    (b) => isZip(b) && (b.subarray(0, 49_152).includes('word/') || b.subarray(0, 49_152).includes('[Content_Types].xml'))],
  [/\.odt$/i, OPEN_DOCUMENT, (b) => isZip(b) && begins(b, 30, `mimetype${OPEN_DOCUMENT}`)],
]

/** Without its folder, as some browsers send it. */
function plainName(name: string): string {
  return name.replace(/^.*[/\\]/, '').trim()
}

/** Why this file cannot be sent; its type when it can. */
export function judge(upload: Upload, bytesMax: number): { mediaType: string } | { wrong: string } {
  const name = plainName(upload.name)
  const no = (wrong: string): { wrong: string } => ({ wrong })
  if (name === '') return no('The file has no name. Save it under a name and choose it again')
  if (upload.tooLarge) return no(`${name} is larger than ${Math.floor(bytesMax / 1_048_576)} MB. Send it in parts, or smaller pictures`)
  if (upload.bytes.length === 0) return no(`${name} is empty. Choose another file`)
  if (Buffer.byteLength(name) > NAME_BYTES_MAX || /^\.|[\x00-\x1f\x7f:]/.test(name))
    return no(`${name.slice(0, 40)} cannot be sent under that name. Give it a short, plain name`)
  const type = TYPES.find(([ending]) => ending.test(name))
  if (!type) return no(`${name} is not ${KINDS}`)
  return type[2](upload.bytes) ? { mediaType: type[1] } : no(`What is in ${name} is not what its name says. Choose the file itself`)
}

export const FILE_WORDS: Record<FileState, string> = {
  [FileState.UNSPECIFIED]: '', [FileState.AWAITED]: 'On its way', [FileState.CHECKING]: 'On its way',
  [FileState.PENDING]: 'Received. It is being checked for viruses', [FileState.CLEAN]: 'Received',
  [FileState.INFECTED]: 'Not opened: a virus was found in it', [FileState.NOT_SCANNED]: 'Received',
  [FileState.REFUSED]: 'Not taken: what came was not this file',
}

export class FilePages {
  readonly router = Router()
  private readonly voices: Voices

  constructor(private readonly services: Services, private readonly drafts: Drafts) {
    this.voices = new Voices(services)
    const r = this.router
    r.get('/concerns/draft/:id/files', (req, res) => this.draft(req, res))
    r.post('/concerns/draft/:id/files', (req, res) => this.keep(req, res))
    r.post('/concerns/draft/:id/files/:file/remove', (req, res) => this.remove(req, res))
    r.get('/concerns/:ref/files', (req, res) => this.form(req, res))
    r.post('/concerns/:ref/files', (req, res) => this.add(req, res))
  }

  private show(res: Response, wrong: Wrong[], more: { action: string; files: KeptFile[]; back: string; next: string; caption: string }): void {
    const { bytes } = this.services.files.limits()
    res.status(wrong.length > 0 ? 422 : 200).render('provider/files', { ...more, errors: errorsOf(wrong),
      atOnce: FILES_AT_ONCE, megabytes: Math.floor(bytes / 1_048_576) })
  }

  /** Those that can be sent are kept; what is wrong with the others. */
  private take(req: Request, has: number): { kept: KeptFile[]; wrong: Wrong[] } {
    const uploads = req.uploads ?? []
    const { bytes, files } = this.services.files.limits()
    const wrong: Wrong[] = []
    const kept: KeptFile[] = []
    const say = (text: string): void => void wrong.push({ field: 'files', text })
    if (uploads.length === 0) say('Choose a file')
    for (const upload of uploads) {
      const found = judge(upload, bytes)
      if ('wrong' in found) say(found.wrong)
      else if (has + kept.length >= files) say(`A concern can have ${files} files. Put several pages into one file`)
      else kept.push(this.services.files.keep(plainName(upload.name), found.mediaType, upload.bytes))
    }
    return { kept, wrong }
  }

  // While it is written.

  private own(req: Request, res: Response): Draft | null {
    const draft = this.drafts.get(req.person!.id, String(req.params['id']))
    if (draft && !draft.sending) return draft
    res.redirect(303, draft ? `/concerns/draft/${draft.id}/sending` : '/concerns')
    return null
  }

  private draft(req: Request, res: Response, wrong: Wrong[] = []): void {
    const draft = this.own(req, res)
    if (!draft) return
    const base = `/concerns/draft/${draft.id}`
    this.show(res, wrong, { action: `${base}/files`, files: draft.files ?? [], back: '/concerns', next: `${base}/check`, caption: '' })
  }

  private keep(req: Request, res: Response): void {
    const draft = this.own(req, res)
    if (!draft) return
    const { kept, wrong } = this.take(req, draft.files?.length ?? 0)
    draft.files = [...(draft.files ?? []), ...kept]
    this.drafts.keep(req.person!.id, draft)
    if (wrong.length > 0) return this.draft(req, res, wrong)
    res.redirect(303, `/concerns/draft/${draft.id}/files`)
  }

  private remove(req: Request, res: Response): void {
    const draft = this.own(req, res)
    if (!draft) return
    for (const file of draft.files ?? []) if (file.id === req.params['file']) this.services.files.forget(file)
    draft.files = (draft.files ?? []).filter((f) => f.id !== req.params['file'])
    this.drafts.keep(req.person!.id, draft)
    res.redirect(303, `/concerns/draft/${draft.id}/files`)
  }

  // To one that is there.

  /** Who was named by its author reads along, and adds nothing under the author's key. */
  private async thread(req: Request): Promise<Thread> {
    const thread = await this.voices.thread(req.person!, String(req.params['ref']))
    if (thread.voice.author !== undefined) throw new NotTheirs()
    return thread
  }

  private async form(req: Request, res: Response, wrong: Wrong[] = []): Promise<void> {
    const { brief } = await this.thread(req)
    const back = `/concerns/${brief.reference}`
    this.show(res, wrong, { action: `${back}/files`, files: [], back, next: back, caption: brief.reference })
  }

  private async add(req: Request, res: Response): Promise<void> {
    const { voice, brief } = await this.thread(req)
    const { kept, wrong } = this.take(req, 0)
    const forget = (): void => kept.forEach((file) => this.services.files.forget(file))
    if (wrong.length > 0) {
      forget()
      return this.form(req, res, wrong)
    }
    const concern = toBinary(SafeguardingConcernSchema, create(SafeguardingConcernSchema, { attachments: kept.map(attachmentOf) }))
    const key = uuid7()
    try {
      await this.voices.link(voice).command({ case: 'supplement', value: { key, reference: brief.reference, text: '', concern } as never },
        { commandId: key })
    } catch (e) {
      forget()
      return this.form(req, res, refusal(e, () => undefined, 'files'))
    }
    for (const file of kept) this.services.files.send(voice.profile, brief.reference, file)
    req.session.flash = 'The files are on their way to the council. You will see here when they have arrived.'
    res.redirect(303, `/concerns/${brief.reference}`)
  }
}
