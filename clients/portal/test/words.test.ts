// How hard the provider's and the public's pages are to read: Flesch-Kincaid, whose grade plus five is an age.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { ROOT } from '../src/app/views.js'
import type { Page } from '../src/provider/fields.js'
import { PAGES } from '../src/provider/questions.js'
import { PUBLIC_PAGES } from '../src/public/questions.js'

const AGE_MAX = 12

function syllables(word: string): number {
  const w = word.toLowerCase().replace(/[^a-z]/g, '').replace(/(?:[^laeiouy]es|ed|[^laeiouy]e)$/, '').replace(/^y/, '')
  return Math.max(1, w.match(/[aeiouy]{1,2}/g)?.length ?? 1)
}

function age(sentences: readonly string[]): number {
  const parts = sentences.flatMap((s) => s.split(/[.?!:;]+(?:\s|$)/)).map((s) => s.split(/\s+/).filter((w) => /[a-z]/i.test(w)))
    .filter((words) => words.length > 0)
  const words = parts.flat()
  const grade = 0.39 * (words.length / parts.length) + 11.8 * (words.reduce((n, w) => n + syllables(w), 0) / words.length) - 15.59
  return grade + 5
}

function said(pages: readonly Page[]): string[] {
  return pages.flatMap((p) => [p.title, p.lead ?? '', ...p.fields.flatMap((f) =>
    [f.label, f.hint ?? '', ...(f.choices ?? []).flatMap((c) => [c.text, c.hint ?? ''])])])
}

/** What a template says by itself, tag by tag. */
function template(path: string): string[] {
  return readFileSync(path, 'utf8').replace(/\{%[^]*?%\}|\{#[^]*?#\}/g, ' ').replace(/\{\{[^]*?\}\}/g, 'it')
    .split(/<\/?(?:p|li|h\d|dt|dd|th|td|a|ul|summary|strong|span|button|form|div|article|section|caption)\b[^>]*>/)
    .map((s) => s.replace(/<[^>]*>|\s+/g, ' ').trim()).filter((s) => s.split(' ').length > 3)
}

test('the measure tells plain words from office words', () => {
  assert.ok(age(['What happened? Say what you saw.']) < 8)
  assert.ok(age(['Safeguarding adults procedures necessitate multi-agency collaboration regarding organisational accountability.']) > 20)
})

test('every question can be read at the age of twelve', () => {
  assert.ok(age(said(PAGES)) <= AGE_MAX, `provider: ${age(said(PAGES))}`)
  assert.ok(age(said(PUBLIC_PAGES)) <= AGE_MAX, `public: ${age(said(PUBLIC_PAGES))}`)
})

test('so can what the pages around them say', () => {
  for (const folder of ['provider', 'public']) {
    const text = readdirSync(join(ROOT, 'views', folder)).flatMap((f) => template(join(ROOT, 'views', folder, f)))
    assert.ok(age(text) <= AGE_MAX, `${folder}: ${age(text)}`)
  }
})
