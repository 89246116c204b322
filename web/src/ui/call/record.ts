// What happened in a visit, noted while it goes on, for the receipt that both sides can save afterwards. In this page's memory only, and gone with the visit.

import { effect, type Signal, signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import type { Call, Path, Role } from '../../call/model.ts';
import type { From, Part, SharedFile, Visit } from '../../drive/visit.ts';
import { pathOf, suitesOf } from './lines.ts';

/** Names are what each has called itself. */
export interface VisitRecord {
  readonly role: Role;
  readonly practice: string;
  readonly people: readonly Participant[];
  /** From being let in to leaving, each time. */
  readonly spans: readonly Span[];
  /** Which ways picture and sound took, in their order. */
  readonly paths: readonly Path[];
  /** What the browser has told of it: `DTLS 1.3`, `SRTP AEAD_AES_128_GCM`. */
  readonly encryption: readonly string[];
  readonly safetyCode: string;
  readonly isCompared: boolean;
  /** What arrived whole, in either direction. */
  readonly files: readonly RecordedFile[];
}

export interface Participant {
  readonly name: string;
  readonly part: Part | 'practice';
}

/** Milliseconds since the epoch; `end` is `null` while it lasts. */
export interface Span {
  readonly begin: number;
  readonly end: number | null;
}

export interface RecordedFile {
  readonly key: string;
  readonly from: From;
  readonly name: string;
  readonly size: number;
  readonly isPhoto: boolean;
}

/** `null` for a visit without a call. */
export function recordOf(visit: Visit): VisitRecord | null {
  return signalOf(visit).value;
}

/** Notes what happens while the component is mounted. */
export function useRecord(visit: Visit): void {
  useEffect(() => {
    const record = signalOf(visit);
    const stop = effect(() => {
      const next = noted(record.peek(), visit);
      if (JSON.stringify(next) !== JSON.stringify(record.peek())) record.value = next;
    });
    return () => {
      stop();
      if (record.value) record.value = { ...record.value, spans: ended(record.value.spans, Date.now()) };
      const { role, phase } = visit.call.value;
      if (role === 'practice' && phase.name === 'over') lastTalk.value = visit;
    };
  }, [visit]);
}

/** The practice's: the visit whose call was over last on this page. */
export const lastTalk = signal<Visit | null>(null);

/** Both have read the safety code out, and it was the same, or was not after all. */
export function markCompared(visit: Visit, isCompared: boolean): void {
  const record = signalOf(visit);
  if (record.value && record.value.isCompared !== isCompared) record.value = { ...record.value, isCompared };
}

/** What the doctor writes down during the visit. Goes nowhere. */
export function notesOf(visit: Visit): Signal<string> {
  const known = notes.get(visit) ?? signal('');
  notes.set(visit, known);
  return known;
}

function noted(before: VisitRecord | null, visit: Visit): VisitRecord | null {
  const call = visit.call.value;
  const { role, self, phase } = call;
  if (phase.name !== 'in-call' && phase.name !== 'interrupted') return before;
  const talk = phase.name === 'in-call' ? phase : phase.before;
  const { peer, safetyCode } = talk.link;
  const path = pathOf(talk, visit.people.value);
  const facts = visit.facts.value;
  const spans = before?.spans ?? [];
  return {
    role,
    practice: role === 'guest' ? peer.name : self.name,
    people: merged(before?.people ?? [ownPart(call, visit)], visit.people.value.map(({ name, part }) => ({ name, part }))),
    // The same span goes on after an interruption; after a pause in the waiting room it is a new one.
    spans: spans.at(-1)?.end === null ? spans : [...spans, { begin: spans.length === 0 ? talk.since : Date.now(), end: null }],
    paths: path && before?.paths.at(-1) !== path ? [...(before?.paths ?? []), path] : (before?.paths ?? []),
    encryption: facts ? suitesOf(facts) : (before?.encryption ?? []),
    safetyCode,
    // It is another connection's, then: what was compared is no longer true.
    isCompared: (before?.isCompared ?? false) && before?.safetyCode === safetyCode,
    files: whole(before?.files ?? [], visit.files.value),
  };
}

function ownPart({ role, self }: Call, visit: Visit): Participant {
  return { name: self.name, part: role === 'practice' ? 'practice' : visit.part.value };
}

function merged(before: readonly Participant[], now: readonly Participant[]): readonly Participant[] {
  return [...before, ...now.filter((one) => !before.some(({ name, part }) => name === one.name && part === one.part))];
}

/** Files leave the visit's own list when it ends. */
function whole(before: readonly RecordedFile[], now: readonly SharedFile[]): readonly RecordedFile[] {
  const come = now.filter(({ key, state }) => state.name === 'done' && !before.some((one) => one.key === key));
  return [...before, ...come.map(({ key, from, name, size, photo }) => ({ key, from, name, size, isPhoto: photo === true }))];
}

function ended(spans: readonly Span[], at: number): readonly Span[] {
  return spans.map((span) => (span.end === null ? { ...span, end: at } : span));
}

function signalOf(visit: Visit): Signal<VisitRecord | null> {
  const known = records.get(visit) ?? signal<VisitRecord | null>(null);
  records.set(visit, known);
  return known;
}

const records = new WeakMap<Visit, Signal<VisitRecord | null>>();
const notes = new WeakMap<Visit, Signal<string>>();
