// Files that go with a concern or are added to one that is there: what can be sent, and how it is told that something cannot.
import { create, toBinary } from '@bufbuild/protobuf'
import type { Request } from 'express'
import { FileState } from '../../gen/triage/v1/attachment_pb.js'
import { SafeguardingConcernSchema } from '../../gen/triage/v1/concern_pb.js'
import type { Wrong } from '../app/problems.js'
import { FILES_AT_ONCE, type Upload } from '../app/uploads.js'
import type { Services } from '../app/services.js'
import { attachmentOf, type KeptFile } from '../wire/files.js'

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

/** For a page where files are chosen. */
export function fileLimits(services: Services): { atOnce: number; megabytes: number } {
  return { atOnce: FILES_AT_ONCE, megabytes: Math.floor(services.files.limits().bytes / 1_048_576) }
}

/** What a form brought: files that can be sent are kept, beside `has` that are there; what is wrong with the others. */
export function takeFiles(services: Services, req: Request, has: number): { kept: KeptFile[]; wrong: Wrong[] } {
  const { bytes, files } = services.files.limits()
  const wrong: Wrong[] = []
  const kept: KeptFile[] = []
  const say = (text: string): void => void wrong.push({ field: 'files', text })
  for (const upload of req.uploads ?? []) {
    const found = judge(upload, bytes)
    if ('wrong' in found) say(found.wrong)
    else if (has + kept.length >= files) say(`A concern can have ${files} files. Put several pages into one file`)
    else kept.push(services.files.keep(plainName(upload.name), found.mediaType, upload.bytes))
  }
  return { kept, wrong }
}

/** More to a concern that is there: words, files, or both.  Sent twice under the same key it is one. */
export async function supplement(services: Services, profile: string, reference: string, key: Uint8Array, text: string,
  files: readonly KeptFile[]): Promise<void> {
  const concern = files.length === 0 ? new Uint8Array()
    : toBinary(SafeguardingConcernSchema, create(SafeguardingConcernSchema, { attachments: files.map(attachmentOf) }))
  await services.link(profile).command({ case: 'supplement', value: { key, reference, text, concern } as never }, { commandId: key })
  for (const file of files) services.files.send(profile, reference, file)
}
