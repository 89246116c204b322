// A message to a guest, in the practice's own mail program or on its telephone.

/** The whole address that opens a mail program with a ready message; `null` where it would be too long for one. Lines of `body` are divided by `\n`. */
export function mailTo(subject: string, body: string): string | null {
  const address = addressOf(subject, body);
  return address.length <= LONGEST_ADDRESS ? address : null;
}

/** Opens a mail program with this subject, and leaves the rest to be pasted. */
export function emptyMailTo(subject: string): string {
  return addressOf(subject, '');
}

function addressOf(subject: string, body: string): string {
  // RFC 6068 section 5: line breaks are %0D%0A, spaces are never +.
  return `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body.replaceAll(/\r?\n/g, '\r\n'))}`;
}

/** The address that opens a telephone's own program for short messages with a ready one. */
export function smsTo(body: string): string {
  // RFC 5724 knows a body after a number only. Without one, Android takes `?body`, iOS `&body`, and both this.
  return `sms:?&body=${encodeURIComponent(body)}`;
}

/** As how many short messages the telephone's network sends and charges this text. */
export function smsCount(body: string): number {
  const septets = [...body].reduce((sum, character) => sum + (GSM.includes(character) ? 1 : GSM_ESCAPED.includes(character) ? 2 : NaN), 0);
  // What joins the parts of a longer one takes 7 septets, or 3 characters, of each (3GPP TS 23.040 section 9.2.3.24).
  if (Number.isNaN(septets)) return body.length <= 70 ? 1 : Math.ceil(body.length / 67);
  return septets <= 160 ? 1 : Math.ceil(septets / 153);
}

/** 3GPP TS 23.038 section 6.2.1. Everything else makes the whole message UTF-16. */
const GSM =
  '@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà';
const GSM_ESCAPED = '\f^{}\\[~]|€';
/** Characters. Windows hands no longer address over from a browser, and says nothing; a letter of another alphabet takes six or nine of them. */
const LONGEST_ADDRESS = 2_000;
