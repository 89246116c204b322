import { describe, expect, it } from 'vitest';
import { directionIn, runsOf } from './bidi.ts';

describe('a line', () => {
  it('of one direction is one piece', () => {
    expect(runsOf('Anna Müller, 7. Mai', 'ltr')).toEqual([{ text: 'Anna Müller, 7. Mai', direction: 'ltr' }]);
    expect(runsOf('سلام عليكم', 'rtl')).toEqual([{ text: 'سلام عليكم', direction: 'rtl' }]);
  });

  it('has its numbers in their own order', () => {
    expect(texts('في 7 مايو', 'rtl')).toEqual([' مايو', '7', 'في ']);
    expect(texts('الساعة 14:30', 'rtl')).toEqual(['14:30', 'الساعة ']);
  });

  it('keeps a name from left to right whole', () => {
    expect(texts('الاسم: Anna Müller 2', 'rtl')).toEqual(['Anna Müller 2', 'الاسم: ']);
    expect(texts('Name: محمد علي', 'ltr')).toEqual(['Name: ', 'محمد علي']);
    expect(texts('محمد علي (getippt)', 'ltr')).toEqual(['محمد علي', ' (getippt)']);
  });

  it('opens its brackets the way that it is read', () => {
    expect(runsOf('(مرحبا)', 'rtl')).toEqual([{ text: ')مرحبا(', direction: 'rtl' }]);
  });
});

it.each([
  ['Anna', 'rtl', 'ltr'],
  ['– محمد', 'ltr', 'rtl'],
  ['12:30', 'rtl', 'rtl'],
] as const)('“%s” has the direction of its first letter', (text, otherwise, direction) => {
  expect(directionIn(text, otherwise)).toBe(direction);
});

function texts(line: string, base: 'ltr' | 'rtl'): string[] {
  return runsOf(line, base).map(({ text }) => text);
}
