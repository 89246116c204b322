// The little Markdown that a consent text may use, read into a tree. Everything else is text: HTML too, and what looks like a link is shown with its address.
//
//   # to ####   headings        - or * or 1.   lists, of one level
//   *emphasis*  **strong**      [words](address)

/** One after the other. */
export type Block =
  | { readonly type: 'heading'; readonly level: 1 | 2 | 3 | 4; readonly content: readonly Inline[] }
  | { readonly type: 'paragraph'; readonly content: readonly Inline[] }
  | { readonly type: 'list'; readonly ordered: boolean; readonly items: readonly (readonly Inline[])[] };

/** Words, and how they are set. */
export interface Inline {
  readonly text: string;
  readonly style: 'plain' | 'emphasis' | 'strong';
}

/** Never fails: what is no Markdown is a paragraph. */
export function readMarkdown(source: string): readonly Block[] {
  const blocks: Block[] = [];
  let open: string[] = [];
  const close = () => {
    if (open.length > 0) blocks.push({ type: 'paragraph', content: inline(open.join(' ')) });
    open = [];
  };
  for (const line of source.split(/\r?\n/)) {
    const heading = /^(#{1,4})[ \t]+(\S.*)$/.exec(line);
    const item = /^[ \t]{0,3}(?:([-*])|\d{1,3}\.)[ \t]+(\S.*)$/.exec(line);
    if (heading) {
      close();
      blocks.push({ type: 'heading', level: (heading[1] ?? '#').length as 1 | 2 | 3 | 4, content: inline(heading[2] ?? '') });
    } else if (item) {
      close();
      append(blocks, item[1] === undefined, inline(item[2] ?? ''));
    } else if (line.trim() === '') close();
    else if (open.length === 0 && /^[ \t]/.test(line) && continues(blocks, line.trim())) continue;
    else open.push(line.trim());
  }
  close();
  return blocks;
}

/** The words alone. */
export function plainWords(content: readonly Inline[]): string {
  return content.map(({ text }) => text).join('');
}

function append(blocks: Block[], ordered: boolean, content: readonly Inline[]): void {
  const last = blocks.at(-1);
  if (last?.type === 'list' && last.ordered === ordered) blocks[blocks.length - 1] = { ...last, items: [...last.items, content] };
  else blocks.push({ type: 'list', ordered, items: [content] });
}

/** An indented line goes on with the item above it. */
function continues(blocks: Block[], words: string): boolean {
  const last = blocks.at(-1);
  const item = last?.type === 'list' ? last.items.at(-1) : undefined;
  if (last?.type !== 'list' || !item) return false;
  blocks[blocks.length - 1] = { ...last, items: [...last.items.slice(0, -1), [...item, ...inline(` ${words}`)]] };
  return true;
}

function inline(source: string): readonly Inline[] {
  const parts: Inline[] = [];
  const add = (text: string, style: Inline['style']) => {
    const last = parts.at(-1);
    if (text === '') return;
    if (last?.style === style) parts[parts.length - 1] = { text: last.text + text, style };
    else parts.push({ text, style });
  };
  let at = 0;
  // Bounded classes without nesting: no text makes this slow.
  for (const match of source.matchAll(/\*\*([^*\s][^*]{0,500})\*\*|\*([^*\s][^*]{0,500})\*|\[([^[\]]{1,300})\]\(([^()\s]{1,500})\)/g)) {
    add(source.slice(at, match.index), 'plain');
    const [whole, strong, emphasis, words, address] = match;
    if (strong !== undefined) add(strong, 'strong');
    else if (emphasis !== undefined) add(emphasis, 'emphasis');
    else add(words === address ? (words ?? '') : `${words} (${address})`, 'plain');
    at = match.index + whole.length;
  }
  add(source.slice(at), 'plain');
  return parts;
}
