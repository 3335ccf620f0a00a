// The tokens of what somebody took: with them the council tells a lease that is live from one that was lost.
// On disk, so that neither a restart nor another tab loses a case that is being worked on.
import { createHash } from 'node:crypto'
import type { Vault } from '../app/vault.js'

/** No lease lasts as long. */
const KEPT_MS = 14 * 86_400_000

export class Holds {
  constructor(private readonly vault: Vault) {
    vault.sweep('holds', KEPT_MS)
  }

  private id(worker: string, reference: string): string {
    return createHash('sha256').update(`${worker} ${reference}`).digest('hex')
  }
  keep(worker: string, reference: string, token: bigint): void {
    this.vault.write('holds', this.id(worker, reference), { token: String(token) })
  }
  /** 0 when this worker took it nowhere here. */
  token(worker: string, reference: string): bigint {
    return BigInt(this.vault.read<{ token: string }>('holds', this.id(worker, reference))?.token ?? 0)
  }
}
