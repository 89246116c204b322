// What the other side wrote, made harmless: it is shown as text and saved as a file, and must not pretend to be something else.

/** Without control characters and without marks that turn text around (line breaks and tabs stay). */
export function plainText(text: string): string {
  return text.replaceAll(UNSEEN, '').replaceAll(/[\uD800-\uDFFF]/gu, '\uFFFD');
}

/** On one line, trimmed, and not longer than `most` UTF-16 units; `''` where nothing is left. */
export function plainLine(text: string, most: number): string {
  return cut(plainText(text).replaceAll(/\s+/gu, ' ').trim(), most).trim();
}

/** A name to save a file under, whatever the other side called it: no path, nothing hidden, no surprise on a double click. */
export function safeFileName(name: string): string {
  const base = plainLine(name.slice(-LONGEST_READ), LONGEST_READ).split(/[\\/]/).at(-1) ?? '';
  const plain = base.replaceAll(/[<>:"|?*]/g, '_').replace(/^[.\s]+/, '').replace(/[.\s]+$/, '');
  const named = plain === '' ? 'file' : DEVICE.test(plain) ? `_${plain}` : plain;
  return RUNS.test(named) ? `${shorten(named, LONGEST_NAME - 4)}.txt` : shorten(named, LONGEST_NAME);
}

/** Keeps the ending, by which people and systems know what it is. */
export function shorten(name: string, most: number): string {
  if (name.length <= most) return name;
  const ending = /\.[^.]{1,16}$/.exec(name)?.[0] ?? '';
  return `${cut(name.slice(0, name.length - ending.length), most - ending.length - 1)}…${ending}`;
}

/** Not through the middle of a character. */
function cut(text: string, most: number): string {
  return text.slice(0, most).replace(/[\uD800-\uDBFF]$/, '');
}

/** Controls but for tab and line breaks; bidi marks, embeddings, overrides and isolates; invisible and tag characters that hide text. */
const UNSEEN = /(?![\t\n\r])[\p{Cc}\u061C\u200B\u200E\u200F\u202A-\u202E\u2028\u2029\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}]/gu;
/** What a double click would run, or open as a page of its own. */
const RUNS =
  /\.(app|appimage|bat|cmd|com|command|cpl|deb|desktop|dmg|exe|gadget|hta|htm|html|inf|jar|js|jse|lnk|mht|mhtml|msc|msi|msp|pif|pkg|ps1|py|reg|rpm|scf|scr|sh|shtml|svg|terminal|url|vb|vbe|vbs|webloc|ws|wsf|wsh|xht|xhtml|xml|xsl)$/i;
const DEVICE = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i;
const LONGEST_NAME = 120;
const LONGEST_READ = 1_024;
