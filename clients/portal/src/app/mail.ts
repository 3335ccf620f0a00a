// The two ways that an e-mail goes out: by the council's own mail server, or by GOV.UK Notify.  Either says the
// same: that there is something to read, by reference and link.
import { createTransport } from 'nodemailer'
import { NotifyClient } from 'notifications-node-client'
import type { Config } from './config.js'

/** What is told; nothing else about a case may enter here. */
export interface News {
  reference: string
  link: string
}

/** "refused": what was sent is at fault, so the same again helps only when the settings change; "later": anything else. */
export type Outcome = 'sent' | 'later' | 'refused'

export interface Post {
  send(to: string, news: News): Promise<Outcome>
  close(): void
}

function failed(outcome: Outcome, { reference }: News, error: string): Outcome {
  console.error(JSON.stringify({ event: outcome === 'refused' ? 'mail_refused' : 'mail_failed', reference, error }))
  return outcome
}

class MailServer implements Post {
  private readonly mail
  constructor(private readonly smtp: NonNullable<Config['smtp']>) {
    this.mail = createTransport({ host: smtp.host, port: smtp.port, secure: smtp.secure })
  }

  async send(to: string, news: News): Promise<Outcome> {
    try {
      await this.mail.sendMail({
        from: this.smtp.from, to, subject: `Something to read about ${news.reference}`,
        text: `There is something new for you about ${news.reference}.\n\nSign in to read it:\n${news.link}\n\n` +
          'Do not answer this e-mail: nobody reads what comes back.\n',
      })
      return 'sent'
    } catch (e) {
      const { command, responseCode = 0, message } = e as Error & { command?: string; responseCode?: number }
      return failed(command === 'RCPT TO' && responseCode >= 500 ? 'refused' : 'later', news, message)
    }
  }
  close(): void {
    this.mail.close()
  }
}

/** Of the client's rejection, which is axios's: what Notify said, without what was sent. */
interface Rejection {
  message: string
  response?: { status: number; data?: { errors?: { error: string; message: string }[] } }
}

class Notify implements Post {
  private readonly client: NotifyClient
  constructor(private readonly settings: NonNullable<Config['notify']>) {
    this.client = new NotifyClient(settings.url, settings.apiKey)
  }

  async send(to: string, news: News): Promise<Outcome> {
    try {
      await this.client.sendEmail(this.settings.template, to, { personalisation: { ...news }, reference: news.reference })
      return 'sent'
    } catch (e) {
      const { message, response } = e as Rejection
      const said = response?.data?.errors?.map((one) => `${one.error}: ${one.message}`).join('; ')
      // 400 is about this address or this template; a wrong key or clock, its limits and its faults pass.
      return failed(response?.status === 400 ? 'refused' : 'later', news, said || message)
    }
  }
  close(): void {
    // Each request is a connection of its own.
  }
}

/** Null when neither is set. */
export function postOf(config: Config): Post | null {
  return config.notify ? new Notify(config.notify) : config.smtp ? new MailServer(config.smtp) : null
}
