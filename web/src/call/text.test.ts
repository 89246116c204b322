import { describe, expect, it } from 'vitest';
import { plainLine, plainText, safeFileName, shorten } from './text.ts';

describe('case_55: what the other side wrote', () => {
  it.each([
    ['gpj.\u202Eexe', 'gpj.exe'],
    ['a\u0000b\u0007c', 'abc'],
    ['\u2066x\u2069\u200F', 'x'],
    ['two\nlines\tand a tab', 'two\nlines\tand a tab'],
    ['Müller 👩‍⚕️ <b>', 'Müller 👩‍⚕️ <b>'],
    ['half\uD800', 'half\uFFFD'],
  ])('%j is shown as %j', (written, shown) => {
    expect(plainText(written)).toBe(shown);
  });

  it('a name is one line and not too long', () => {
    expect(plainLine('  Anna\n  M.  ', 80)).toBe('Anna M.');
    expect(plainLine('x'.repeat(1_000_000), 80)).toHaveLength(80);
    expect(plainLine(`${'x'.repeat(79)}😀`, 80)).toBe('x'.repeat(79));
  });

  it.each([
    ['scan.pdf', 'scan.pdf'],
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\a.txt', 'a.txt'],
    ['.bashrc', 'bashrc'],
    ['..', 'file'],
    ['', 'file'],
    ['con.txt', '_con.txt'],
    ['a<b>:"|?*.png', 'a_b______.png'],
    ['bill.pdf.exe', 'bill.pdf.exe.txt'],
    ['page.HTML', 'page.HTML.txt'],
    ['gpj.\u202Eexe', 'gpj.exe.txt'],
    ['trailing. . ', 'trailing'],
  ])('a file called %j is saved as %j', (said, saved) => {
    expect(safeFileName(said)).toBe(saved);
  });

  it('a long name keeps its ending', () => {
    const name = safeFileName(`${'n'.repeat(1_000_000)}.pdf`);

    expect(name.length).toBeLessThanOrEqual(120);
    expect(name).toMatch(/….pdf$/);
    expect(shorten('short.pdf', 120)).toBe('short.pdf');
  });
});
