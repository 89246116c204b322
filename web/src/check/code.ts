// The check in six characters, to be read out on the telephone.
//
// 30 bits in Crockford's base 32 (no I, L, O, U):
//   2 version (0) · 8 × 2 outcome of each step (good 0, weak 1, bad 2, skipped 3) · 3 family · 3 system · 1 inside another program · 5 checksum
// It holds nothing that would tell one person from another.

import type { Browser, Family, System } from './browser.ts';
import { type Outcome, type Outcomes, type Step, STEPS } from './steps.ts';

/** What the desk learns. */
export interface Report {
  readonly outcomes: Outcomes;
  readonly family: Family;
  readonly os: System;
  readonly isInApp: boolean;
}

export function encodeCheck(outcomes: Outcomes, { family, os, inApp }: Browser): string {
  let bits = VERSION;
  for (const step of STEPS) bits = bits * 4 + OUTCOMES.indexOf(outcomes[step]);
  bits = ((bits * 8 + FAMILIES.indexOf(family)) * 8 + SYSTEMS.indexOf(os)) * 2 + (inApp === null ? 0 : 1);
  const digits = Array.from({ length: LENGTH - 1 }, (_, at) => Math.floor(bits / 32 ** (LENGTH - 2 - at)) % 32);
  return [...digits, checksum(digits)].map((digit) => ALPHABET.charAt(digit)).join('');
}

/** `null` where somebody misheard: nearly every wrong or swapped character is noticed. Small letters, gaps and O for 0, I and L for 1 are taken. */
export function decodeCheck(text: string): Report | null {
  const letters = text.toUpperCase().replaceAll(/[\s.-]/g, '').replaceAll('O', '0').replaceAll(/[IL]/g, '1');
  const digits = [...letters].map((letter) => ALPHABET.indexOf(letter));
  if (digits.length !== LENGTH || digits.includes(-1)) return null;
  const told = digits.slice(0, -1);
  if (checksum(told) !== digits.at(-1)) return null;
  let bits = told.reduce((sum, digit) => sum * 32 + digit, 0);
  const take = (base: number) => {
    const value = bits % base;
    bits = Math.floor(bits / base);
    return value;
  };
  const isInApp = take(2) === 1;
  const [os, family] = [SYSTEMS[take(8)], FAMILIES[take(8)]];
  const found = [...STEPS].reverse().map((step): [Step, Outcome] => [step, OUTCOMES[take(4)] ?? 'skipped']);
  if (bits !== VERSION || !os || !family) return null;
  return { outcomes: Object.fromEntries(found) as Record<Step, Outcome>, family, os, isInApp };
}

/** Weighted by place, so that two that changed places are noticed, too. */
function checksum(digits: readonly number[]): number {
  return digits.reduce((sum, digit, at) => sum + (at + 1) * digit, SEED) % 31;
}

const VERSION = 0;
const LENGTH = 6;
const SEED = 7;
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const OUTCOMES: readonly Outcome[] = ['good', 'weak', 'bad', 'skipped'];
// Both are part of the code: new ones go to the end.
const FAMILIES: readonly Family[] = ['chrome', 'edge', 'firefox', 'safari', 'samsung', 'opera', 'other'];
const SYSTEMS: readonly System[] = ['windows', 'macos', 'linux', 'chromeos', 'android', 'ios', 'other'];
