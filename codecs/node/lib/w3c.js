'use strict'

// The texts of the W3C headers tracestate and baggage, by the rules of docs/wire-format.md.

const MAX_TRACE_STATE = 512
const MAX_TRACE_STATE_MEMBERS = 32
const MAX_BAGGAGE = 8192
const MAX_BAGGAGE_MEMBERS = 64

const KEY = /^(?:[a-z][a-z0-9_*/-]*|[a-z0-9][a-z0-9_*/-]{0,240}@[a-z][a-z0-9_*/-]{0,13})$/
const MAX_KEY = 256
const STATE_VALUE = /^[\x20-\x2b\x2d-\x3c\x3e-\x7e]{0,255}[\x21-\x2b\x2d-\x3c\x3e-\x7e]$/
const TOKEN = /^[A-Za-z0-9!#$%&'*+.^_`|~-]+$/
const BAGGAGE_VALUE = /^(?:%[0-9A-Fa-f]{2}|[!#$&-+\--:<-[\]-~])*$/
const PRINTABLE = /^[\x20-\x7e\t]*$/

// ignoreBOM keeps a byte order mark, which is part of the value.
const UTF_8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Empty if readers would drop the text: it is too long, or a member is not valid. */
function writeTraceState(members) {
  const text = members.map(([key, value]) => `${key}=${value}`).join(',')
  const keys = new Set(members.map(([key]) => key))
  return text.length <= MAX_TRACE_STATE &&
    members.length <= MAX_TRACE_STATE_MEMBERS &&
    keys.size === members.length &&
    members.every(([key, value]) => isStateMember(key, value))
    ? text
    : ''
}

function isStateMember(key, value) {
  return key.length <= MAX_KEY && KEY.test(key) && STATE_VALUE.test(value)
}

/** No members at all if one of them is not valid. */
function parseTraceState(bytes) {
  if (bytes.length > MAX_TRACE_STATE) return []
  const members = new Map()
  for (const part of bytes.latin1Slice().split(',')) {
    const member = trim(part)
    if (!member) continue
    const [key, value] = cut(member, '=')
    if (members.has(key) || !isStateMember(key, value ?? '')) return []
    members.set(key, value)
  }
  return members.size <= MAX_TRACE_STATE_MEMBERS ? [...members] : []
}

/** Without members that are not valid or do not fit. */
function writeBaggage(entries) {
  const members = []
  let length = 0
  // Keys that can be written are ASCII, so the order of UTF-16 is that of their bytes.
  for (const key of Object.keys(entries).sort()) {
    const member = baggageMember(key, entries[key])
    if (!member || length + member.length > MAX_BAGGAGE) continue
    members.push(member)
    length += member.length + 1
    if (members.length === MAX_BAGGAGE_MEMBERS) break
  }
  return members.join(',')
}

function baggageMember(key, { value, metadata }) {
  const text = encode(value)
  if (text === undefined || !TOKEN.test(key)) return ''
  const properties = trim(metadata ?? '')
  // A comma would begin another member.
  return properties && !properties.includes(',') && PRINTABLE.test(properties)
    ? `${key}=${text};${properties}`
    : `${key}=${text}`
}

/** Without members that are not valid. The result has no prototype: a key may be any token. */
function parseBaggage(bytes) {
  const entries = Object.create(null)
  if (bytes.length > MAX_BAGGAGE) return entries
  const members = bytes.latin1Slice().split(',').map(trim).filter(Boolean)
  for (const member of members.slice(0, MAX_BAGGAGE_MEMBERS)) {
    const [pair, properties] = cut(member, ';')
    const [name, escaped] = cut(pair, '=')
    if (escaped === undefined) continue
    const key = trim(name)
    const value = decode(trim(escaped))
    const metadata = trim(properties ?? '')
    if (value === undefined || !TOKEN.test(key) || !PRINTABLE.test(metadata)) continue
    entries[key] = metadata ? { value, metadata } : { value }
  }
  return entries
}

/** Undefined if UTF-8 cannot hold the value. */
function encode(value) {
  try {
    return encodeURIComponent(value).replace(/[!'()*]/g, (c) => '%' + c.charCodeAt(0).toString(16).toUpperCase())
  } catch {
    return undefined
  }
}

/** Undefined if the text is not percent-encoded UTF-8. */
function decode(text) {
  if (!BAGGAGE_VALUE.test(text)) return undefined
  const bytes = text.replace(/%(..)/g, (_, hex) => String.fromCharCode(parseInt(hex, 16)))
  try {
    return UTF_8.decode(Buffer.from(bytes, 'latin1'))
  } catch {
    return undefined
  }
}

/** Spaces and tabs alone, where String.trim takes off more. */
function trim(text) {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text[start])) start++
  while (end > start && isBlank(text[end - 1])) end--
  return text.slice(start, end)
}

function isBlank(c) {
  return c === ' ' || c === '\t'
}

/** What is before and behind the first separator; undefined behind it if there is none. */
function cut(text, separator) {
  const at = text.indexOf(separator)
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)]
}

module.exports = { writeTraceState, parseTraceState, writeBaggage, parseBaggage }
