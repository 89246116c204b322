import { describe, expect, it } from 'vitest';
import { emptyMailTo, mailTo, smsCount, smsTo } from './share.ts';

describe('a mail', () => {
  it('keeps the link whole, umlauts and line breaks', () => {
    const body = 'Guten Tag,\nhier ist Ihr Link: https://video.example.org/v/abc#d-e_f\n\nGrüße & bis bald';

    const address = mailTo('Termin: 50 % + mehr?', body);

    expect(address).toMatch(/^mailto:\?subject=[^&\s+#]+&body=[^&\s+#]+$/);
    const fields = new URLSearchParams(address?.slice('mailto:?'.length));
    expect(fields.get('subject')).toBe('Termin: 50 % + mehr?');
    expect(fields.get('body')).toBe(body.replaceAll('\n', '\r\n'));
  });

  it('does not double line breaks that are right already', () => {
    expect(mailTo('s', 'a\r\nb')).toContain('a%0D%0Ab');
  });

  it('too long for Windows is none: it is pasted', () => {
    const room = 2_000 - 'mailto:?subject=s&body='.length;

    expect(mailTo('s', 'a'.repeat(room))).toHaveLength(2_000);
    expect(mailTo('s', 'a'.repeat(room + 1))).toBeNull();
    expect(mailTo('s', 'ї'.repeat(room / 6 + 1))).toBeNull();
    expect(emptyMailTo('Відео & більше')).toBe(`mailto:?subject=${encodeURIComponent('Відео & більше')}&body=`);
  });
});

describe('a short message', () => {
  it('keeps the link whole', () => {
    const body = 'Ihr Termin: https://video.example.org/v/abc#d-e_f & mehr';

    const address = smsTo(body);

    expect(address).toMatch(/^sms:\?&body=[^&\s+#]+$/);
    expect(new URLSearchParams(address.slice('sms:?'.length)).get('body')).toBe(body);
  });

  it.each([
    ['of the telephone’s own alphabet has 160 characters', 'Ä'.repeat(160), 1],
    ['is two beyond that', 'a'.repeat(161), 2],
    ['has 153 in each of its parts', 'a'.repeat(2 * 153 + 1), 3],
    ['counts some characters twice', '€'.repeat(81), 2],
    ['with one other letter has 70', `ş${'a'.repeat(69)}`, 1],
    ['with one other letter is two beyond that', `ş${'a'.repeat(70)}`, 2],
    ['counts what is beyond the first plane twice', '𝕍'.repeat(36), 2],
  ])('%s', (_, text, count) => {
    expect(smsCount(text)).toBe(count);
  });
});
