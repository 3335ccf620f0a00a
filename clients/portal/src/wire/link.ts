// One connection to the council as one principal: CURVE, boxes, hello, requests answered by their id,
// asked again under the same id and command id when the connection was lost, and pushes.
import { randomBytes } from 'node:crypto'
import { create, fromBinary, toBinary } from '@bufbuild/protobuf'
import nacl from 'tweetnacl'
import { Dealer } from 'zeromq'
import { type HelloReply, type Reply, ReplySchema, type Request, RequestSchema } from '../../gen/triage/v1/envelope_pb.js'
import { type Problem, Status } from '../../gen/triage/v1/common_pb.js'
import type { Profile } from './profile.js'

export const CLIENT = 'triaged-portal 0.1.0'
const ANSWER_MS = 10_000
/** While there is no connection: long enough for one to come back, short enough for who waits for the page. */
const DOWN_MS = 3_000
const NONCE_BYTES = 24

export type Body = Exclude<Request['body'], { case: undefined }>
type AnswerBody = Exclude<Reply['body'], { case: undefined }>
/** The answer's member of that name. */
export type Answer<K extends AnswerBody['case']> = Extract<AnswerBody, { case: K }>['value']

export interface Ask {
  /** The registered worker who acts; a portal vouches for whom it signed in. */
  worker?: string
  /** Of a request that changes a case; made once for each intention.  Its own when none is given. */
  commandId?: Uint8Array
  timeoutMs?: number
}

/** Why there is no answer, in words for a person; the council's telephone number is told beside it. */
export class NoAnswer extends Error {}

/** The council answered, and it is no. */
export class Refused extends Error {
  constructor(readonly reply: Reply) {
    super(reply.text)
  }
  get status(): Status {
    return this.reply.status
  }
  /** What is wrong, field by field; a dry run has it in its own answer. */
  get problems(): readonly Problem[] {
    const { body, problems } = this.reply
    return body.case === 'dryRun' ? [...problems, ...body.value.problems] : problems
  }
}

interface Pending {
  frame: Uint8Array
  resolve(reply: Reply): void
  reject(error: Error): void
  timer: NodeJS.Timeout
}

export class Link {
  private socket: Dealer | null = null
  private up = false
  private closed = false
  private lastId = 0n
  private readonly pending = new Map<bigint, Pending>()
  private sending: Promise<void> = Promise.resolve()
  private again: NodeJS.Timeout | null = null
  private trouble = 'Nothing answers there.'
  /** What the council said last when it was greeted; kept for its telephone number. */
  greeting: HelloReply | null = null
  /** What must be asked anew on each connection, such as to follow a queue. */
  readonly onUp = new Set<() => void>()
  readonly onPush = new Set<(reply: Reply) => void>()

  constructor(readonly profile: Profile) {
    this.open()
  }

  get isUp(): boolean {
    return this.up
  }

  private open(): void {
    const socket = new Dealer({
      curveServerKey: this.profile.serverKey,
      curvePublicKey: this.profile.publicKey,
      curveSecretKey: this.profile.secretKey,
      linger: 0,
      sendHighWaterMark: 0,
      receiveHighWaterMark: 10_000,
      immediate: true,
      heartbeatInterval: 10_000,
      reconnectInterval: 100,
      reconnectMaxInterval: 5_000,
    })
    this.socket = socket
    socket.events.on('handshake', () => this.greet())
    socket.events.on('disconnect', () => (this.up = false))
    socket.events.on('connect:retry', () => {
      if (!this.up && this.trouble === '') this.trouble = 'Nothing answers there.'
    })
    socket.events.on('handshake:error:auth', () => this.startAgain('The council does not know this key.'))
    for (const event of ['handshake:error:protocol', 'handshake:error:other'] as const)
      socket.events.on(event, () => (this.trouble = "The server's key is not the one in the profile."))
    socket.connect(this.profile.endpoint)
    void this.read(socket)
  }

  /** libzmq gives up on a refused key; the council may enrol it meanwhile. */
  private startAgain(why: string): void {
    this.trouble = why
    this.up = false
    if (this.closed || this.again) return
    this.again = setTimeout(() => {
      this.again = null
      this.socket?.close()
      if (!this.closed) this.open()
    }, 5_000)
    this.again.unref()
  }

  /** The first request of each connection; what had no answer yet is asked again after it. */
  private greet(): void {
    const frame = this.encode({ case: 'hello', value: { version: 1, client: CLIENT, features: [] } as never }, {})
    this.write(frame.bytes)
    this.expect(frame.id, frame.bytes, ANSWER_MS)
      .then((reply) => {
        if (reply.body.case !== 'hello') throw new NoAnswer(reply.text)
        this.greeting = reply.body.value
        this.trouble = ''
        this.up = true
        for (const [id, p] of this.pending) if (id !== frame.id) this.write(p.frame)
        for (const f of this.onUp) f()
      })
      .catch((e: Error) => (this.trouble = e.message))
  }

  private async read(socket: Dealer): Promise<void> {
    try {
      for await (const [frame] of socket) if (frame) this.take(frame)
    } catch {
      // Closed.
    }
  }

  private take(frame: Buffer): void {
    const opened = nacl.box.open.after(
      frame.subarray(NONCE_BYTES), frame.subarray(0, NONCE_BYTES), this.profile.shared)
    if (!opened) return // It was not for us.
    const reply = fromBinary(ReplySchema, opened)
    const waiting = this.pending.get(reply.id)
    if (reply.id === 0n) for (const f of this.onPush) f(reply)
    else if (waiting) {
      clearTimeout(waiting.timer)
      this.pending.delete(reply.id)
      waiting.resolve(reply)
    }
  }

  private encode(body: Body, ask: Ask): { id: bigint; bytes: Uint8Array } {
    const id = ++this.lastId
    const request = create(RequestSchema, { id, worker: ask.worker ?? '', body: body as never })
    if (ask.commandId) request.commandId = ask.commandId
    return { id, bytes: toBinary(RequestSchema, request) }
  }

  private write(bytes: Uint8Array): void {
    const socket = this.socket
    this.sending = this.sending.then(() => socket?.send(bytes)).catch(() => undefined)
  }

  private expect(id: bigint, frame: Uint8Array, ms: number): Promise<Reply> {
    if (this.closed) return Promise.reject(new NoAnswer('The portal is stopping.'))
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.pending.delete(id)
        reject(new NoAnswer(this.trouble || 'The council has not answered yet.'))
      }, ms)
      this.pending.set(id, { frame, resolve, reject, timer })
    })
  }

  /** The whole reply, whatever its status. */
  ask(body: Body, ask: Ask = {}): Promise<Reply> {
    const { id, bytes } = this.encode(body, ask)
    if (this.up) this.write(bytes)
    return this.expect(id, bytes, ask.timeoutMs ?? (this.up ? ANSWER_MS : DOWN_MS))
  }

  /** A read: the named member of a reply that is fine, or Refused. */
  async fetch<K extends AnswerBody['case']>(want: K, body: Body, ask: Ask = {}): Promise<Answer<K>> {
    const reply = await this.ask(body, ask)
    if (reply.status > Status.DUPLICATE || reply.body.case !== want) throw new Refused(reply)
    return reply.body.value as Answer<K>
  }

  /** A change of a case; `commandId` must stay the same when it is asked for again. */
  async command(body: Body, ask: Ask = {}): Promise<Reply> {
    const reply = await this.ask(body, { commandId: randomBytes(16), ...ask })
    if (reply.status > Status.DUPLICATE) throw new Refused(reply)
    return reply
  }

  close(): void {
    this.closed = true
    this.up = false
    if (this.again) clearTimeout(this.again)
    for (const p of this.pending.values()) {
      clearTimeout(p.timer)
      p.reject(new NoAnswer('The portal is stopping.'))
    }
    this.pending.clear()
    this.socket?.close()
  }
}
