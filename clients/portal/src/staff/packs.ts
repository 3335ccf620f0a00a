// The council's installed packs, as files: their tables, and what differs between two, by the policy room's own tools.
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { PackReply } from '../../gen/triage/v1/pack_pb.js'
import type { Config } from '../app/config.js'

const TOOL_MS = 20_000
const TOOL_BYTES_MAX = 16 * 1_048_576
/** As the council writes the names of folders in packs_dir. */
const NAME = /^[a-z0-9][a-z0-9_-]*$/

export interface Pack {
  folder: string
  name: string
  version: string
}
export interface Difference {
  part: string
  table?: string
  row?: number
  was_row?: number
  column?: string
  was?: string
  is?: string
  words: string
}

export class Packs {
  private shown: { digest: string; html: Promise<string> } | null = null

  constructor(private readonly settings: NonNullable<Config['policy']>) {}

  private read(path: string): Omit<Pack, 'folder'> | null {
    try {
      const pack = parse(readFileSync(join(path, 'pack.yaml'), 'utf8')) as { name?: unknown; version?: unknown }
      return { name: String(pack.name ?? ''), version: String(pack.version ?? '') }
    } catch {
      return null // No pack, or one that cannot be read: the council says why when it is tried.
    }
  }

  /** Those that an operator put beside the one the area began with. */
  installed(): Pack[] {
    if (!existsSync(this.settings.packs)) return []
    return readdirSync(this.settings.packs).filter((f) => NAME.test(f)).sort().flatMap((folder) => {
      const pack = this.read(join(this.settings.packs, folder))
      return pack ? [{ folder, ...pack }] : []
    })
  }

  /** Path of an installed pack; null when none is called so. */
  path(folder: string): string | null {
    return this.installed().some((p) => p.folder === folder) ? join(this.settings.packs, folder) : null
  }

  /**
   * Where the files of the pack in force lie.  A pack that was activated lies among the installed ones, and another
   * may have its name and version: `digestOf` asks the council.
   */
  async inForce(status: PackReply, digestOf: (folder: string) => Promise<Uint8Array>): Promise<string> {
    const is = status.inForce!
    for (const p of this.installed())
      if (p.name === is.name && p.version === is.version && Buffer.compare(await digestOf(p.folder), is.digest) === 0)
        return join(this.settings.packs, p.folder)
    return this.settings.first
  }

  private tool(...words: string[]): Promise<{ code: number; out: string; err: string }> {
    return new Promise((resolve, reject) => {
      execFile(this.settings.command, ['policy', ...words], { timeout: TOOL_MS, maxBuffer: TOOL_BYTES_MAX, encoding: 'utf8' },
        (e, out, err) => {
          if (e && typeof e.code !== 'number') return reject(e)
          resolve({ code: e ? Number(e.code) : 0, out, err })
        })
    })
  }

  /** A page of its own, kept as long as the same pack is shown. */
  tables(path: string, digest: string): Promise<string> {
    if (this.shown?.digest !== digest || digest === '')
      this.shown = { digest, html: this.tool('show', path, '--html').then(({ out }) => out) }
    return this.shown.html
  }

  /** Row by row, in words; null with why when one of them cannot be read. */
  async differences(was: string, is: string): Promise<{ list: Difference[] | null; why: string }> {
    const { code, out, err } = await this.tool('diff', was, is, '--json')
    if (code > 1) return { list: null, why: err.trim().split('\n')[0] ?? '' }
    return { list: (JSON.parse(out) as { differences: Difference[] }).differences, why: '' }
  }
}
